#include "tools/cli/stream_name.hpp"

namespace holon::cli {
namespace {

// Made once and never changed: every id that came from a name depends on them.
constexpr uuid stream_space{
    {0x4b, 0x1f, 0x0c, 0x5e, 0x92, 0x7a, 0x4d, 0x63, 0x8e, 0x21, 0x5a, 0x90, 0xd3, 0x6b, 0x17, 0xc4}};
constexpr uuid actor_space{
    {0xc8, 0x35, 0x72, 0xd1, 0x0e, 0x9b, 0x4f, 0x2a, 0xb6, 0x58, 0x31, 0xe7, 0x04, 0xfd, 0x8c, 0x69}};

}  // namespace

stream_id stream_named(std::string_view text) { return {uuid_v5(stream_space, text)}; }

result<stream_id> parse_stream(std::string_view argument) {
  if (argument.empty()) return failure(errc::invalid_argument, "the stream is empty: give its id or a name");
  if (const auto id = parse_uuid(argument)) return stream_id{*id};
  return stream_named(argument);
}

actor_id actor_named(std::string_view text) { return {uuid_v5(actor_space, text)}; }

actor_id parse_actor(std::string_view argument) {
  if (argument.empty()) return {};
  if (const auto id = parse_uuid(argument)) return {*id};
  return actor_named(argument);
}

}  // namespace holon::cli
