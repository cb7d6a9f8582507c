// How much of what waits goes into one batch.
#define BOOST_TEST_MODULE write_queue
#include "actors/runtime/write_queue.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/contract/contract_vocabulary.hpp"

namespace holon::runtime {
namespace {

using namespace holon::testing;

job_ptr job_of(std::uint64_t n, std::size_t events_in_it, std::size_t bytes_of_each) {
  auto job = std::make_shared<command_job>();
  job->request = request(n, expected_version::any(), events(n, n + events_in_it - 1));
  for (auto& event : job->request.writes.front().events) {
    event.payload.assign(bytes_of_each, ' ');
    event.metadata.clear();
  }
  return job;
}

std::size_t jobs_taken(write_queue& from, std::size_t events_max) {
  write_queue::batch batch;
  from.take(batch, events_max);
  return batch.jobs.size();
}

BOOST_AUTO_TEST_CASE(a_batch_has_no_more_events_than_it_may_but_one_job_at_least) {
  write_queue waiting;
  for (std::uint64_t n = 1; n <= 3; ++n) static_cast<void>(waiting.put(job_of(100 * n, 4, 10), {}));
  BOOST_TEST(jobs_taken(waiting, 8) == 2u);
  BOOST_TEST(jobs_taken(waiting, 1) == 1u);
  BOOST_TEST(jobs_taken(waiting, 1) == 0u);
}

BOOST_AUTO_TEST_CASE(a_batch_has_no_more_bytes_than_it_may_but_one_job_at_least) {
  write_queue waiting;
  constexpr auto third = bytes_per_batch_max / 3;
  for (std::uint64_t n = 1; n <= 4; ++n) static_cast<void>(waiting.put(job_of(n, 1, third), {}));
  static_cast<void>(waiting.put(job_of(5, 1, bytes_per_batch_max + 1), {}));
  BOOST_TEST(jobs_taken(waiting, 512) == 3u);
  BOOST_TEST(jobs_taken(waiting, 512) == 1u);
  BOOST_TEST(jobs_taken(waiting, 512) == 1u);
  BOOST_TEST(jobs_taken(waiting, 512) == 0u);
}

}  // namespace
}  // namespace holon::runtime
