// XES (IEEE 1849) by expat: <log> holds <trace>, the cases, which hold <event>, all of them with attributes.
#include <expat.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "persistence/event_log/json_members.hpp"
#include "persistence/event_log/log_parser.hpp"
#include "persistence/event_log/log_time.hpp"
#include "persistence/event_log/xes_attributes.hpp"

namespace holon {
namespace {

constexpr std::string_view name_key = "concept:name";

// Expat keeps a tag in memory until it ends. A value may be written in character references, of six bytes mostly, and
// expat does not look again at a tag that was cut off before twice as much is there.
constexpr std::int64_t tag_bytes_max = std::int64_t{16} * log_value_bytes_max;

// Names are compared without their namespace prefix: writers that use one use it for XES.
std::string_view local_name(const char* name) {
  const char* colon = std::strrchr(name, ':');
  return colon == nullptr ? name : colon + 1;
}

const char* value_of(const char** attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2)
    if (name == attributes[0]) return attributes[1];
  return nullptr;
}

class xes_log_parser final : public log_parser {
 public:
  explicit xes_log_parser(event_sink& sink) : sink_(sink), parser_(XML_ParserCreate(nullptr), XML_ParserFree) {
    HOLON_ASSERT(parser_ != nullptr, "expat has memory for a parser");
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_start, on_end);
    XML_SetStartDoctypeDeclHandler(parser_.get(), on_doctype);
  }

  result<void> feed(std::string_view chunk) override {
    if (XML_Parse(parser_.get(), chunk.data(), static_cast<int>(chunk.size()), XML_FALSE) != XML_STATUS_OK)
      return explain_stop();
    fed_ += static_cast<std::int64_t>(chunk.size());
    if (fed_ - XML_GetCurrentByteIndex(parser_.get()) > tag_bytes_max)
      return failure(errc::malformed, "a tag or comment is longer than " + std::to_string(tag_bytes_max) + " bytes");
    return {};
  }

  // Expat may have put off the last tags until now.
  result<void> finish() override {
    if (XML_Parse(parser_.get(), "", 0, XML_TRUE) == XML_STATUS_OK) return {};
    HOLON_CHECK(outcome_);
    return failure(errc::malformed, std::string("the XML ends too early (") +
                                        XML_ErrorString(XML_GetErrorCode(parser_.get())) +
                                        "): </log> is missing, the file is truncated");
  }

  [[nodiscard]] std::int64_t line() const override {
    return static_cast<std::int64_t>(XML_GetCurrentLineNumber(parser_.get()));
  }

 private:
  enum class place : std::uint8_t { document, log, trace, event };

  // Expat is C, so an error is kept here until XML_Parse has returned. A few calls may still come before that.
  template <class Handle>
  static void guarded(void* self, Handle handle) {
    auto& parser = *static_cast<xes_log_parser*>(self);
    if (!parser.outcome_) return;
    parser.outcome_ = handle(parser);
    if (!parser.outcome_) XML_StopParser(parser.parser_.get(), XML_FALSE);
  }

  static void on_start(void* self, const char* name, const char** attributes) {
    guarded(self, [&](xes_log_parser& parser) { return parser.start(local_name(name), attributes); });
  }
  static void on_end(void* self, const char* name) {
    guarded(self, [&](xes_log_parser& parser) { return parser.end(local_name(name)); });
  }
  static void on_doctype(void* self, const char*, const char*, const char*, int) {
    guarded(self, [](xes_log_parser&) -> result<void> {
      return failure(errc::malformed,
                     "the file has a DOCTYPE, which is refused because entities may expand without end: XES has none, "
                     "remove it");
    });
  }

  result<void> explain_stop() {
    HOLON_CHECK(outcome_);
    return failure(errc::malformed, std::string("this is no XML: ") + XML_ErrorString(XML_GetErrorCode(parser_.get())));
  }

  result<void> start(std::string_view name, const char** attributes) {
    if (skipped_ > 0) return start_skipped(attributes);
    if (attributes_.any_open() && name == "values") return attributes_.open_values();
    if (attributes_.any_open()) return start_attribute(name, attributes);
    switch (place_) {
      case place::document: return start_log(name);
      case place::log: return start_in_log(name, attributes);
      case place::trace: return name == "event" ? start_event() : start_attribute(name, attributes);
      case place::event: return start_attribute(name, attributes);
    }
    return {};
  }

  result<void> end(std::string_view name) {
    if (skipped_ > 0) return --skipped_, result<void>{};
    if (attributes_.any_open() && name == "values") return attributes_.close_values(), result<void>{};
    if (attributes_.any_open()) return end_attribute();
    switch (place_) {
      case place::document: return {};
      case place::log: place_ = place::document; return {};
      case place::trace: place_ = place::log; return {};
      case place::event: place_ = place::trace; return show_event();
    }
    return {};
  }

  result<void> start_log(std::string_view name) {
    if (name != "log")
      return failure(errc::malformed,
                     "the file begins with <" + std::string(name.substr(0, 64)) + ">: an XES file begins with <log>");
    place_ = place::log;
    return {};
  }

  result<void> start_in_log(std::string_view name, const char** attributes) {
    if (name == "trace") return start_trace();
    if (name == "event")
      return failure(errc::malformed,
                     "an <event> stands outside of any <trace>, so it belongs to no case: put it into one");
    if (name != "extension" && name != "global" && name != "classifier" && xes_type_named(name) == xes_type::none)
      return not_xes(name);
    const char* scope = value_of(attributes, "scope");
    within_event_globals_ = name == "global" && scope != nullptr && scope == std::string_view("event");
    skipped_ = 1;
    return {};
  }

  // What describes the log is of no use to its events, all but one default.
  result<void> start_skipped(const char** attributes) {
    const char* key = value_of(attributes, "key");
    const char* value = value_of(attributes, "value");
    if (skipped_ == 1 && within_event_globals_ && key != nullptr && key == name_key && value != nullptr)
      default_activity_ = value;
    ++skipped_;
    return {};
  }

  result<void> start_trace() {
    place_ = place::trace;
    trace_has_events_ = false;
    event_.case_id.clear();
    rest_.clear();
    attributes_.start_count();
    return {};
  }

  result<void> start_event() {
    if (event_.case_id.empty())
      return failure(errc::malformed, "the <trace> has no concept:name before its first <event>: it names the case");
    place_ = place::event;
    for (auto* text : {&event_.activity, &event_.lifecycle, &event_.resource, &event_.group}) text->clear();
    event_.time.reset();
    if (trace_has_events_) rest_.clear();  // the first event takes along those of the trace
    trace_has_events_ = true;
    attributes_.start_count();
    return {};
  }

  result<void> start_attribute(std::string_view name, const char** attributes) {
    const auto type = xes_type_named(name);
    if (type == xes_type::none) return not_xes(name);
    return attributes_.open(type, value_of(attributes, "key"), value_of(attributes, "value"));
  }

  result<void> end_attribute() {
    HOLON_TRY(const xes_attribute* const whole, attributes_.close());
    if (whole == nullptr) return {};
    return place_ == place::trace ? take_of_trace(*whole) : take_of_event(*whole);
  }

  result<void> take_of_trace(const xes_attribute& attribute) {
    if (trace_has_events_)
      return failure(errc::malformed, "the <trace> has the attribute '" + attribute.key.substr(0, 64) +
                                          "' behind an <event>: attributes come first");
    if (attribute.key == name_key) {
      HOLON_CHECK(take_text(attribute, event_.case_id));
      if (!attribute.has_children) return {};
    }
    rest_.add("case:" + attribute.key, attribute.json);
    return {};
  }

  result<void> take_of_event(const xes_attribute& attribute) {
    bool mapped = true;
    if (attribute.key == name_key)
      HOLON_CHECK(take_text(attribute, event_.activity));
    else if (attribute.key == "time:timestamp")
      HOLON_CHECK(take_time(attribute));
    else if (attribute.key == "lifecycle:transition")
      HOLON_CHECK(take_text(attribute, event_.lifecycle));
    else if (attribute.key == "org:resource")
      HOLON_CHECK(take_text(attribute, event_.resource));
    else if (attribute.key == "org:group")
      HOLON_CHECK(take_text(attribute, event_.group));
    else
      mapped = false;
    // What is within a mapped attribute has no place in the event but here.
    if (!mapped || attribute.has_children) rest_.add(attribute.key, attribute.json);
    return {};
  }

  static result<void> take_text(const xes_attribute& attribute, std::string& text) {
    if (!text.empty()) return failure(errc::malformed, "'" + attribute.key + "' is given twice in one place");
    if (attribute.type == xes_type::list || attribute.type == xes_type::container)
      return failure(errc::malformed, "'" + attribute.key + "' is a list or a container: it must be a string");
    text = attribute.text;
    return {};
  }

  result<void> take_time(const xes_attribute& attribute) {
    if (event_.time) return failure(errc::malformed, "'" + attribute.key + "' is given twice in one place");
    auto when = parse_log_time(attribute.text);
    if (!when) return failure_in("'" + attribute.key + "'", when.error());
    event_.time = *when;
    return {};
  }

  result<void> show_event() {
    if (event_.activity.empty()) event_.activity = default_activity_;
    if (event_.activity.empty())
      return failure(errc::malformed,
                     "the <event> has no concept:name, and no <global scope=\"event\"> has one: it names the activity");
    event_.attributes.clear();
    HOLON_CHECK(rest_.append_object(event_.attributes));
    return sink_.accept(event_);
  }

  static tl::unexpected<error> not_xes(std::string_view name) {
    return failure(errc::malformed, "<" + std::string(name.substr(0, 64)) + "> has no place here in XES");
  }

  event_sink& sink_;
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser_;
  std::int64_t fed_ = 0;
  result<void> outcome_;

  place place_ = place::document;
  int skipped_ = 0;  // open elements that are of no use
  bool within_event_globals_ = false;
  std::string default_activity_;
  bool trace_has_events_ = false;
  xes_attributes attributes_;
  log_event event_;
  json_members rest_;  // of the event; before the first one, of the trace
};

}  // namespace

std::unique_ptr<log_parser> make_xes_parser(event_sink& sink) { return std::make_unique<xes_log_parser>(sink); }

}  // namespace holon
