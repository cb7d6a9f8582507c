// A folder for one test's journal, removed with everything in it when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

#include <boost/test/unit_test.hpp>

namespace holon::testing {

class journal_folder {
 public:
  journal_folder() {
    std::string name = (parent() / "holon-journal-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~journal_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  journal_folder(const journal_folder&) = delete;
  journal_folder& operator=(const journal_folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  // In memory where there is such a place: these tests are about what is written, not about how fast a disk syncs it.
  static std::filesystem::path parent() {
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
  }

  std::filesystem::path path_;
};

}  // namespace holon::testing
