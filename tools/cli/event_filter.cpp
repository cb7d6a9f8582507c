#include "tools/cli/event_filter.hpp"

#include <algorithm>

#include "tools/cli/stream_name.hpp"

namespace holon::cli {
namespace {

bool among(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

}  // namespace

void event_filter::add_options(CLI::App& command) {
  command.add_option("-s,--stream", stream, "Only this stream: its id, or a name such as incidents/1-364285768")
      ->type_name("STREAM");
  command.add_option("-t,--type", types, "Only events of these types")->type_name("TYPE");
  command.add_option("--stream-type", stream_types, "Only streams of these types")->type_name("TYPE");
}

result<all_query> event_filter::query() const {
  all_query all{.types = types, .stream_types = stream_types};
  if (!stream.empty()) {
    HOLON_TRY(const auto id, parse_stream(stream));
    all.streams.push_back(id);
  }
  return all;
}

bool event_filter::accepts(const event_view& event) const {
  return among(types, event.type) && among(stream_types, event.stream_type);
}

}  // namespace holon::cli
