// CSV (RFC 4180) by libcsv: a header line, then one event a row. Values stay texts; empty ones are left out.
#include <csv.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/event_log/json_members.hpp"
#include "persistence/event_log/log_parser.hpp"
#include "persistence/event_log/log_time.hpp"

namespace holon {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

result<void> check_text(std::string_view text) {
  if (text.size() > log_value_bytes_max)
    return failure(errc::malformed, "a field is longer than " + std::to_string(log_value_bytes_max) +
                                        " bytes: is a closing quote missing?");
  if (!simdjson::validate_utf8(text.data(), text.size()))
    return failure(errc::malformed, "a field is not valid UTF-8: convert the file, for example with iconv");
  if (text.find('\0') != std::string_view::npos) return failure(errc::malformed, "a field holds the character U+0000");
  return {};
}

class csv_log_parser final : public log_parser {
 public:
  csv_log_parser(const csv_mapping& mapping, event_sink& sink) : mapping_(mapping), sink_(sink) {
    // Strict: quotes stand where RFC 4180 has them, and the last one is closed.
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(mapping.separator));
    csv_set_blk_size(&parser_, buffer_growth_bytes);
    // Otherwise libcsv would trim the values, and take a separating tab for a blank.
    csv_set_space_func(&parser_, [](unsigned char) { return 0; });
  }
  ~csv_log_parser() override { csv_free(&parser_); }
  csv_log_parser(const csv_log_parser&) = delete;
  csv_log_parser& operator=(const csv_log_parser&) = delete;

  result<void> feed(std::string_view chunk) override {
    while (!chunk.empty()) {
      const auto end = chunk.find('\n');
      const auto piece = chunk.substr(0, end == std::string_view::npos ? end : end + 1);
      HOLON_CHECK(feed_line(piece));
      chunk.remove_prefix(piece.size());
    }
    return {};
  }

  result<void> finish() override {
    const bool cut_off = csv_fini(&parser_, on_field, on_row, this) != 0;
    HOLON_CHECK(outcome_);
    if (cut_off) return failure(errc::malformed, "the file ends within quotes that this row opens");
    if (columns_.empty()) return failure(errc::malformed, "the file is empty: the first line names the columns");
    return {};
  }

  [[nodiscard]] std::int64_t line() const override { return row_line_; }

 private:
  static constexpr std::size_t buffer_growth_bytes = 4096;

  enum role : std::size_t { case_id, activity, lifecycle, resource, group, time, attribute };

  // Fields of a row, one behind the other.
  struct row {
    std::string text;
    std::vector<std::size_t> ends;

    [[nodiscard]] std::string_view field(std::size_t index) const {
      const std::size_t start = index == 0 ? 0 : ends[index - 1];
      return std::string_view(text).substr(start, ends[index] - start);
    }
  };

  // One line, or what a chunk holds of it. Line by line, because libcsv does not tell where it is.
  result<void> feed_line(std::string_view piece) {
    const bool blank = piece == "\n" || piece == "\r\n";
    if (!within_row_) row_line_ = line_;
    row_bytes_ += piece.size();
    if (!within_row_ && blank) {
      row_bytes_ = 0;
    } else {
      within_row_ = true;
      const auto taken = csv_parse(&parser_, piece.data(), piece.size(), on_field, on_row, this);
      HOLON_CHECK(outcome_);
      if (taken != piece.size()) return explain_stop();
    }
    if (row_bytes_ > log_event_bytes_max)
      return failure(errc::malformed, "a row is longer than " + std::to_string(log_event_bytes_max) +
                                          " bytes: is a closing quote missing?");
    if (piece.ends_with('\n')) ++line_;
    return {};
  }

  [[nodiscard]] result<void> explain_stop() {
    if (csv_error(&parser_) == CSV_EPARSE)
      return failure(errc::malformed,
                     "a quote stands within an unquoted field, or text behind a closing quote: a field with quotes is "
                     "quoted whole, and quotes in it are doubled");
    return failure(errc::unavailable, std::string("libcsv stopped: ") + csv_strerror(csv_error(&parser_)));
  }

  static void on_field(void* text, std::size_t size, void* self) {
    static_cast<csv_log_parser*>(self)->take_field({static_cast<const char*>(text), size});
  }

  static void on_row(int, void* self) { static_cast<csv_log_parser*>(self)->take_row(); }

  void take_field(std::string_view text) {
    if (!outcome_) return;
    outcome_ = check_text(text);
    row_.text.append(text);
    row_.ends.push_back(row_.text.size());
    if (row_.ends.size() > log_attributes_max)
      outcome_ = failure(errc::malformed, "the row has more than " + std::to_string(log_attributes_max) + " fields");
  }

  // libcsv cannot be stopped from here: the first error stays, and the rest of its line is passed over.
  void take_row() {
    if (!outcome_) return;
    outcome_ = columns_.empty() ? take_header() : take_event();
    row_.text.clear();
    row_.ends.clear();
    row_bytes_ = 0;
    within_row_ = false;
  }

  result<void> take_header() {
    for (std::size_t i = 0; i < row_.ends.size(); ++i) {
      std::string name(row_.field(i));
      // pandas writes its row numbers into a column without a name.
      if (name.empty()) name = "column " + std::to_string(i + 1);
      if (std::find(columns_.begin(), columns_.end(), name) != columns_.end())
        return failure(errc::malformed, "two columns are named '" + name + "'");
      columns_.push_back(std::move(name));
    }
    return assign_roles();
  }

  result<void> assign_roles() {
    roles_.assign(columns_.size(), attribute);
    const csv_mapping usual;
    HOLON_CHECK(assign(case_id, mapping_.case_id, true, "case"));
    HOLON_CHECK(assign(activity, mapping_.activity, true, "activity"));
    HOLON_CHECK(assign(time, mapping_.time, mapping_.time != usual.time, "time"));
    HOLON_CHECK(assign(lifecycle, mapping_.lifecycle, mapping_.lifecycle != usual.lifecycle, "lifecycle"));
    HOLON_CHECK(assign(resource, mapping_.resource, mapping_.resource != usual.resource, "resource"));
    return assign(group, mapping_.group, mapping_.group != usual.group, "group");
  }

  result<void> assign(role what, const std::string& name, bool required, std::string_view meaning) {
    if (name.empty()) return {};
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found == columns_.end() && !required) return {};
    if (found == columns_.end())
      return failure(errc::invalid_argument, "there is no column '" + name + "' for the " + std::string(meaning) +
                                                 ": name one of " + joined(columns_) +
                                                 " (or is the separator another?)");
    roles_[static_cast<std::size_t>(found - columns_.begin())] = what;
    return {};
  }

  result<void> take_event() {
    if (row_.ends.size() != columns_.size())
      return failure(errc::malformed, "the row has " + std::to_string(row_.ends.size()) + " fields, the header " +
                                          std::to_string(columns_.size()));
    std::array<std::string*, 5> texts = {&event_.case_id, &event_.activity, &event_.lifecycle, &event_.resource,
                                         &event_.group};
    for (auto* text : texts) text->clear();
    event_.time.reset();
    rest_.clear();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto field = row_.field(i);
      if (field.empty()) continue;
      if (roles_[i] < texts.size())
        texts[roles_[i]]->assign(field);
      else if (roles_[i] == attribute)
        rest_.add_string(columns_[i], field);
      else
        HOLON_CHECK(take_time(field));
    }
    return show_event();
  }

  result<void> take_time(std::string_view text) {
    auto when = parse_log_time(text, mapping_.time_format);
    if (!when) return failure_in("column '" + mapping_.time + "'", when.error());
    event_.time = *when;
    return {};
  }

  result<void> show_event() {
    if (event_.case_id.empty()) return failure(errc::malformed, "the row has no value in '" + mapping_.case_id + "'");
    if (event_.activity.empty()) return failure(errc::malformed, "the row has no value in '" + mapping_.activity + "'");
    event_.attributes.clear();
    HOLON_CHECK(rest_.append_object(event_.attributes));
    return sink_.accept(event_);
  }

  const csv_mapping mapping_;
  event_sink& sink_;
  csv_parser parser_{};
  result<void> outcome_;
  std::vector<std::string> columns_;  // empty until the header was read
  std::vector<role> roles_;           // of each column
  row row_;
  std::size_t row_bytes_ = 0;
  bool within_row_ = false;
  std::int64_t line_ = 1;
  std::int64_t row_line_ = 1;
  log_event event_;
  json_members rest_;
};

}  // namespace

std::unique_ptr<log_parser> make_csv_parser(const csv_mapping& mapping, event_sink& sink) {
  return std::make_unique<csv_log_parser>(mapping, sink);
}

}  // namespace holon
