#define BOOST_TEST_MODULE conditions
#include "tools/bench/conditions.hpp"

#include <set>

#include <boost/test/unit_test.hpp>

namespace holon::bench {
namespace {

const std::string mounts =
    "/dev/vda / ext4 rw 0 0\n"
    "tmpfs /tmp tmpfs rw 0 0\n"
    "/dev/vdb /data xfs rw 0 0\n"
    "/dev/vdc /data btrfs rw 0 0\n";

BOOST_AUTO_TEST_CASE(a_path_is_on_the_deepest_mount_above_it) {
  BOOST_TEST(filesystem_of("/home/x", mounts) == "ext4 on /dev/vda");
  BOOST_TEST(filesystem_of("/tmp", mounts) == "tmpfs on tmpfs");
  BOOST_TEST(filesystem_of("/tmp/a/b", mounts) == "tmpfs on tmpfs");
}

BOOST_AUTO_TEST_CASE(a_mount_whose_name_only_begins_alike_is_another_one) {
  BOOST_TEST(filesystem_of("/tmpx/a", mounts) == "ext4 on /dev/vda");
}

BOOST_AUTO_TEST_CASE(of_two_mounts_at_one_place_the_later_one_is_seen) {
  BOOST_TEST(filesystem_of("/data/journal.db", mounts) == "btrfs on /dev/vdc");
}

BOOST_AUTO_TEST_CASE(a_filesystem_that_no_line_tells_of_is_unknown) {
  BOOST_TEST(filesystem_of("/home/x", "") == "unknown");
}

BOOST_AUTO_TEST_CASE(the_machine_tells_what_a_rate_depends_on) {
  std::set<std::string> named;
  for (const auto& each : machine_conditions("/")) {
    BOOST_TEST(!each.value.empty(), each.name);
    named.insert(each.name);
  }
  for (const char* name : {"date", "processor", "cores", "memory", "kernel", "filesystem"})
    BOOST_TEST(named.contains(name), name);
}

}  // namespace
}  // namespace holon::bench
