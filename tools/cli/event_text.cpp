#include "tools/cli/event_text.hpp"

#include <fmt/core.h>

namespace holon::cli {
namespace {

// Widths that hold what is usual; a longer type pushes the rest of its own line only, as lines are shown at once.
constexpr const char* line_layout = "{:>9}  {:19}  {:36}  {:>5}  {:24}  ";

void add_id(std::string& out, const char* name, const uuid& id) {
  out += ",\"";
  out += name;
  out += "\":\"";
  append_text(out, id);
  out += '"';
}

void add_time(std::string& out, const char* name, timestamp when) {
  out += ",\"";
  out += name;
  out += "\":\"";
  append_text(out, when);
  out += '"';
}

}  // namespace

std::string json_of(const event_view& event) {
  std::string out = "{\"global_offset\":" + std::to_string(event.offset.value);
  add_id(out, "event_id", event.id.value);
  out += ",\"event_type\":" + json_string(event.type);
  out += ",\"schema_version\":" + std::to_string(event.schema_version);
  add_id(out, "stream_id", event.stream.value);
  out += ",\"stream_type\":" + json_string(event.stream_type);
  out += ",\"version\":" + std::to_string(event.version.value);
  if (event.actor.value.is_nil())
    out += ",\"actor_id\":null";
  else
    add_id(out, "actor_id", event.actor.value);
  out += ",\"source_system\":" + json_string(event.source_system);
  add_time(out, "occurred_at", event.occurred_at);
  add_time(out, "recorded_at", event.recorded_at);
  if (event.valid_from) add_time(out, "valid_from", *event.valid_from);
  if (event.valid_to) add_time(out, "valid_to", *event.valid_to);
  out.append(",\"payload\":").append(event.payload);
  out.append(",\"metadata\":").append(event.metadata).append("}");
  return out;
}

std::string event_lines::columns_of(const event_view& event) const {
  return fmt::format(line_layout, event.offset.value, short_time(event.occurred_at), to_string(event.stream.value),
                     event.version.value, shortened(event.type, event_type_characters_max));
}

void event_lines::show(const event_view& event) {
  if (shown_++ == 0 && !out_.json())
    out_.line(out_.strong(fmt::format(line_layout, "offset", "occurred", "stream", "vers.", "event") + "payload"));
  if (out_.json()) return out_.line(json_of(event));
  std::string line = columns_of(event);
  const std::size_t used = width_of(line);
  // A pipe gets the whole payload, a terminal what fits on its line.
  if (columns_ == 0)
    line += event.payload;
  else if (columns_ > used)
    line += out_.faint(shortened(event.payload, columns_ - used));
  out_.line(line);
}

std::string short_time(timestamp when) {
  auto text = to_string(when).substr(0, 19);
  text[10] = ' ';
  return text;
}

}  // namespace holon::cli
