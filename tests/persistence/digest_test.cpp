// The digest of a batch is fixed for ever: these values were worked out apart from the program, with Python's hashlib.
#define BOOST_TEST_MODULE digest
#include <boost/test/unit_test.hpp>

#include "persistence/digest.hpp"

namespace holon {
namespace {

uuid filled(std::uint8_t with) {
  uuid id;
  id.bytes.fill(with);
  return id;
}

event_view sample() {
  event_view event;
  event.offset = {77};
  event.id = {filled(1)};
  event.type = "TaskCreated";
  event.schema_version = 2;
  event.stream = {filled(3)};
  event.stream_type = "task";
  event.version = {5};
  event.actor = {filled(4)};
  event.source_system = "tests";
  event.occurred_at = timestamp{std::chrono::microseconds{-6}};
  event.valid_to = timestamp{std::chrono::microseconds{7}};
  event.payload = R"({"a":1})";
  event.metadata = "{}";
  return event;
}

digest digest_of(const event_view& event) {
  batch_digest content;
  content.add(event);
  return content.finish();
}

BOOST_AUTO_TEST_CASE(an_empty_batch_is_the_hash_of_nothing) {
  batch_digest content;
  BOOST_TEST(to_hex(content.finish()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

BOOST_AUTO_TEST_CASE(the_encoding_of_an_event_never_changes) {
  BOOST_TEST(to_hex(digest_of(sample())) == "a7b0ac86700f67b208e633f72b817eaf629e67066e15a6d75504eb4a19576e21");
}

BOOST_AUTO_TEST_CASE(a_digest_starts_anew_after_each_batch) {
  batch_digest content;
  content.add(sample());
  const auto first = content.finish();
  content.add(sample());
  BOOST_TEST((content.finish() == first));
  content.add(sample());
  content.add(sample());
  BOOST_TEST((content.finish() != first));
}

BOOST_AUTO_TEST_CASE(offset_and_recorded_at_are_left_out) {
  auto moved = sample();
  moved.offset = {78};
  moved.recorded_at = timestamp{std::chrono::seconds{1}};
  BOOST_TEST((digest_of(moved) == digest_of(sample())));
}

BOOST_AUTO_TEST_CASE(text_does_not_flow_from_one_field_into_the_next) {
  auto left = sample();
  auto right = sample();
  left.type = "ab";
  left.stream_type = "c";
  right.type = "a";
  right.stream_type = "bc";
  BOOST_TEST((digest_of(left) != digest_of(right)));
  left = right = sample();
  left.valid_from = left.valid_to;
  left.valid_to.reset();
  BOOST_TEST((digest_of(left) != digest_of(right)));
}

BOOST_AUTO_TEST_CASE(the_chain_hashes_what_was_before_and_what_is_new) {
  digest before{};
  digest content{};
  content.fill(0xAB);
  BOOST_TEST(to_hex(chain_after(before, content)) ==
             "debb3e7acfff6dd18d501042273629f0b79cb206bb8c24f59f62ddb80849403b");
  BOOST_TEST(to_hex(chain_after(content, before)) ==
             "8d3587b0ce80b84f9a3e499bf86677297960673a1056964204e2746de0c4356e");
}

}  // namespace
}  // namespace holon
