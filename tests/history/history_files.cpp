#include "tests/history/history_files.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "persistence/codec/json.hpp"
#include "tests/history/history_lines.hpp"

namespace holon::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t format_now = 1;
// Of an amount, so that no sum of a history overflows; of an append, as the journal's own bound.
constexpr std::int64_t amount_max = 1'000'000'000;
constexpr std::uint32_t count_max = events_per_append_max;
// A bound for numbers that take memory.
constexpr std::size_t operations_max = 100'000'000;

template <class T>
std::optional<T> unless(T usual, T value) {
  return value == usual ? std::nullopt : std::optional(value);
}

std::optional<uuid> unless_nil(uuid id) { return id.is_nil() ? std::nullopt : std::optional(id); }

// ---- writing

class line_file {
 public:
  explicit line_file(const fs::path& path) : out_(path, std::ios::binary | std::ios::trunc) {}

  template <class Line>
  void write(const Line& line) {
    text_.clear();
    append_json(text_, line);
    text_ += '\n';
    out_ << text_;
  }
  [[nodiscard]] bool close() {
    out_.close();
    return out_.good();
  }

 private:
  std::ofstream out_;
  std::string text_;
};

part_line line_of(const stream_part& part) {
  return {.stream = part.stream,
          .expected = unless(any_version, part.expected),
          .writes = unless(effect::none, part.writes),
          .amount = unless<std::int64_t>(0, part.amount),
          .count = unless(0U, part.count),
          .told = unless(no_version, part.told)};
}

op_line line_of(const answer_history& all, const operation& op) {
  op_line line{.op = op.number,
               .client = op.client,
               .node = op.node,
               .asked = op.kind,
               .stream = std::nullopt,
               .amount = unless<std::int64_t>(0, op.amount),
               .parts = std::nullopt,
               .id = unless_nil(op.id.value),
               .send = unless<std::uint16_t>(1, op.send),
               .level = unless(read_level::linearizable, op.level),
               .call = op.call,
               .ret = unless(never, op.ret),
               .out = op.outcome,
               .v = unless(no_version, op.version),
               .offset = unless<std::int64_t>(0, op.offset),
               .events = unless(0U, op.events),
               .code = std::nullopt,
               .state = std::nullopt,
               .hash = std::nullopt,
               .already = unless(false, op.already)};
  if (is_of_one_account(op.kind)) line.stream = op.stream;
  if (op.parts > 0) line.parts.emplace();
  for (const auto& part : all.parts_of(op)) line.parts->push_back(line_of(part));
  if (op.outcome != outcome_kind::state)
    line.code = unless(std::string(), all.texts[op.text]);
  else if (op.text != 0)
    line.state = all.texts[op.text];
  else
    line.hash = op.state_hash;
  return line;
}

event_line line_of(const answer_history& all, const journal_entry& entry) {
  return {.offset = entry.offset,
          .stream = entry.stream,
          .v = entry.version,
          .id = entry.id.value,
          .type = all.texts[entry.type],
          .payload = all.texts[entry.payload],
          .batch = unless<std::int64_t>(0, entry.batch),
          .op = unless(0U, entry.op),
          .command = unless(entry.id.value, entry.command.value)};
}

run_line line_of(const run_info& run) {
  return {.format = format_now,
          .seed = run.seed,
          .nodes = run.nodes,
          .clock = run.clock,
          .journal = run.journal,
          .readers_saw_all = unless(false, run.readers_saw_all),
          .local_may_go_back = unless(false, run.local_may_go_back)};
}

class history_writer {
 public:
  history_writer(const answer_history& all, fs::path folder) : all_(all), folder_(std::move(folder)) {}

  result<void> write() {
    std::error_code failed;
    fs::create_directories(folder_, failed);
    line_file run(folder_ / "run.json");
    run.write(line_of(all_.run));
    line_file journal(folder_ / "journal.jsonl");
    for (const auto& entry : all_.journal) journal.write(line_of(all_, entry));
    for (const auto& op : all_.operations) client(std::to_string(op.client)).write(line_of(all_, op));
    for (const auto& note : all_.seen)
      client("reader-" + std::to_string(note.reader))
          .write(seen_line{.reader = note.reader,
                           .offset = note.offset,
                           .stream = note.stream,
                           .v = note.version,
                           .id = unless_nil(note.id.value),
                           .at = note.at});
    for (const auto& note : all_.faults) client("faults").write(fault_line{.what = note.what, .at = note.at});
    bool is_whole = run.close() && journal.close();
    for (auto& [name, file] : clients_) is_whole = file.close() && is_whole;
    if (is_whole) return {};
    return failure(errc::unavailable, "the history cannot be written to " + folder_.string() +
                                          ": see whether the disk is full and the folder may be written");
  }

 private:
  line_file& client(const std::string& name) {
    const auto there = clients_.find(name);
    if (there != clients_.end()) return there->second;
    return clients_.emplace(name, folder_ / ("client-" + name + ".jsonl")).first->second;
  }

  const answer_history& all_;
  fs::path folder_;
  std::map<std::string, line_file> clients_;
};

// ---- reading

template <class T>
result<void> check_range(const char* member, const std::optional<T>& value, T least, T most) {
  if (!value || (*value >= least && *value <= most)) return {};
  return failure(errc::malformed, std::string("'") + member + "' is " + std::to_string(*value) + ", and may be " +
                                      std::to_string(least) + " to " + std::to_string(most));
}

constexpr auto number_max = std::numeric_limits<std::int64_t>::max() / 2;

bool is_command(request_kind kind) {
  return kind == request_kind::deposit || kind == request_kind::withdraw || kind == request_kind::close ||
         kind == request_kind::touch;
}

bool may_answer(outcome_kind outcome, request_kind kind) {
  switch (outcome) {
    case outcome_kind::done: return is_command(kind) || kind == request_kind::append;
    case outcome_kind::nothing:
    case outcome_kind::refused: return is_command(kind);
    case outcome_kind::state: return kind == request_kind::ask_state;
    case outcome_kind::held: return kind == request_kind::check;
    case outcome_kind::conflict:
    case outcome_kind::error:
    case outcome_kind::unknown: return true;
  }
  return false;
}

result<void> check(const part_line& part, request_kind of) {
  if (of != request_kind::append && (part.writes || !part.expected))
    return failure(errc::malformed, "a part of what is no append has 'expected' and no 'writes'");
  HOLON_CHECK(check_range<std::int64_t>("expected", part.expected, 0, number_max));
  HOLON_CHECK(check_range<std::int64_t>("told", part.told, 0, number_max));
  HOLON_CHECK(check_range<std::int64_t>("amount", part.amount, -amount_max, amount_max));
  HOLON_CHECK(check_range<std::uint32_t>("count", part.count, 0, count_max));
  return {};
}

result<void> check(const op_line& line) {
  const bool is_of_one = is_of_one_account(line.asked);
  if (!is_of_one && (!line.parts || line.parts->empty())) return failure(errc::malformed, "'parts' is missing");
  if (is_of_one != line.stream.has_value())
    return failure(errc::malformed, is_of_one ? "'stream' is missing" : "'stream' is not for an append or a check");
  if (!may_answer(line.out, line.asked))
    return failure(errc::malformed, "'out' is '" + std::string(detail::enum_name(line.out)) +
                                        "', which is no answer to '" + std::string(detail::enum_name(line.asked)) +
                                        "'");
  if (line.out == outcome_kind::state && !line.state && !line.hash)
    return failure(errc::malformed, "'state' is missing, and 'hash' as well");
  HOLON_CHECK(check_range<std::uint32_t>("op", line.op, 1, std::numeric_limits<std::uint32_t>::max()));
  HOLON_CHECK(check_range<std::int64_t>("amount", line.amount, -amount_max, amount_max));
  HOLON_CHECK(check_range<std::int64_t>("v", line.v, 0, number_max));
  HOLON_CHECK(check_range<std::int64_t>("offset", line.offset, 0, number_max));
  if (line.parts)
    for (const auto& part : *line.parts) HOLON_CHECK(check(part, line.asked));
  return {};
}

void add(const op_line& line, answer_history& all) {
  auto& op = all.operations.emplace_back();
  op.number = line.op;
  op.client = line.client;
  op.node = line.node;
  op.send = line.send.value_or(1);
  op.kind = line.asked;
  op.level = line.level.value_or(read_level::linearizable);
  op.outcome = line.out;
  op.already = line.already.value_or(false);
  op.stream = line.stream.value_or(0);
  op.amount = line.amount.value_or(0);
  op.id = {line.id.value_or(uuid{})};
  op.call = line.call;
  op.ret = line.ret.value_or(never);
  op.version = line.v.value_or(no_version);
  op.offset = line.offset.value_or(0);
  op.events = line.events.value_or(0);
  op.text = all.texts.number_of(line.state ? *line.state : line.code.value_or(""));
  op.state_hash = line.state ? hash_of(*line.state) : line.hash.value_or(0);
  op.first_part = static_cast<std::uint32_t>(all.parts.size());
  if (!line.parts) return;
  op.parts = static_cast<std::uint32_t>(line.parts->size());
  for (const auto& part : *line.parts)
    all.parts.push_back({.stream = part.stream,
                         .writes = part.writes.value_or(effect::none),
                         .count = part.count.value_or(0),
                         .amount = part.amount.value_or(0),
                         .expected = part.expected.value_or(any_version),
                         .told = part.told.value_or(no_version)});
}

void add(const event_line& line, answer_history& all) {
  all.journal.push_back({.offset = line.offset,
                         .version = line.v,
                         .stream = line.stream,
                         .type = all.texts.number_of(line.type),
                         .payload = all.texts.number_of(line.payload),
                         .op = line.op.value_or(0),
                         .batch = line.batch.value_or(0),
                         .id = {line.id},
                         .command = {line.command.value_or(line.id)}});
}

void add(const seen_line& line, answer_history& all) {
  all.seen.push_back({.offset = line.offset,
                      .at = line.at,
                      .version = line.v,
                      .stream = line.stream,
                      .reader = line.reader,
                      .id = {line.id.value_or(uuid{})}});
}

void add(const fault_line& line, answer_history& all) { all.faults.push_back({line.at, line.what}); }

template <class Line>
result<void> take(std::string_view text, answer_history& all) {
  HOLON_TRY(const auto line, from_json<Line>(text));
  if constexpr (std::is_same_v<Line, op_line>) HOLON_CHECK(check(line));
  add(line, all);
  return {};
}

result<void> take_line(std::string_view text, answer_history& all) {
  HOLON_TRY(const auto kind, from_json<line_kind>(text));
  if (all.operations.size() >= operations_max) return failure(errc::malformed, "there are too many operations");
  if (kind.k == "op") return take<op_line>(text, all);
  if (kind.k == "seen") return take<seen_line>(text, all);
  if (kind.k == "event") return take<event_line>(text, all);
  if (kind.k == "fault") return take<fault_line>(text, all);
  return failure(errc::malformed, "'k' is '" + kind.k + "', and may be op, seen, fault or event");
}

result<void> read_lines(const fs::path& path, answer_history& all) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  for (std::size_t number = 1; std::getline(in, text); ++number)
    if (auto taken = take_line(text, all); !taken)
      return failure_in(path.filename().string() + ", line " + std::to_string(number), std::move(taken).error());
  if (in.eof()) return {};
  return failure(errc::not_found, path.string() + " cannot be read");
}

result<run_info> read_run(const fs::path& folder) {
  std::ifstream in(folder / "run.json", std::ios::binary);
  if (!in) return failure(errc::not_found, "there is no history in " + folder.string() + ": it has no run.json");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto line = from_json<run_line>(text);
  if (!line) return failure_in("run.json", std::move(line).error());
  if (line->format != format_now)
    return failure(errc::foreign, "run.json is of format " + std::to_string(line->format) +
                                      ", and this program reads " + std::to_string(format_now));
  return run_info{.seed = line->seed,
                  .nodes = line->nodes,
                  .clock = line->clock,
                  .journal = line->journal,
                  .readers_saw_all = line->readers_saw_all.value_or(false),
                  .local_may_go_back = line->local_may_go_back.value_or(false)};
}

}  // namespace

result<void> write_history(const answer_history& all, const fs::path& folder) {
  return history_writer(all, folder).write();
}

result<answer_history> read_history(const fs::path& folder) {
  answer_history all;
  HOLON_TRY(all.run, read_run(folder));
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& each : fs::directory_iterator(folder, failed))
    if (each.path().extension() == ".jsonl") files.push_back(each.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) HOLON_CHECK(read_lines(file, all));
  return all;
}

}  // namespace holon::testing
