// A projection: decode each event and keep one row for each notebook, rows and checkpoint in one transaction a page.
#include <sqlite3.h>

#include "persistence/codec/json.hpp"
#include "persistence/sqlite/sqlite_journal.hpp"
#include "projections/projection_engine.hpp"
#include "projections/sqlite/sqlite_rows.hpp"
#include "tools/bench/benches.hpp"
#include "tools/bench/raw_sqlite.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t streams_in_projection = 10'000;

struct notebook_row {
  stream_id notebook;
  std::int64_t last_page = 0;
  bool pinned = false;
  std::string text;
};
constexpr auto describe(about<notebook_row>) {
  return record("notebooks", 1, field("notebook", &notebook_row::notebook),
                field("last_page", &notebook_row::last_page), field("pinned", &notebook_row::pinned),
                field("text", &notebook_row::text));
}

struct notebook_list {
  static constexpr std::string_view name = "notebook_list";
  static constexpr int version = 1;
  using event = std::variant<note_written>;
  using rows = holon::rows<notebook_row>;

  result<void> apply(rows& to, const event_view& at, const note_written& note) const {
    return to.of<notebook_row>().put(
        {.notebook = at.stream, .last_page = note.page, .pinned = note.pinned, .text = note.text});
  }
};

// The same rows by hand, in transactions of as many as the engine takes.
double raw_seconds(raw_sqlite& from, const std::filesystem::path& to_path) {
  raw_sqlite to(to_path, true);
  to.run("pragma synchronous=normal");
  to.run(
      "create table notebooks (notebook blob primary key, last_page integer, pinned integer, text text) without rowid");
  sqlite3_stmt* put = nullptr;
  sqlite3_prepare_v2(to.handle(), "insert or replace into notebooks values (?1, ?2, ?3, ?4)", -1, &put, nullptr);
  const auto page = static_cast<std::int64_t>(projection_settings{}.page_events);
  std::int64_t done = 0;
  const stopwatch watch;
  to.run("begin");
  from.read_all([&](const event_view& event) {
    const auto note = from_json<note_written>(event.payload);
    sqlite3_bind_blob(put, 1, event.stream.value.bytes.data(), 16, SQLITE_STATIC);
    sqlite3_bind_int64(put, 2, note->page);
    sqlite3_bind_int(put, 3, note->pinned ? 1 : 0);
    sqlite3_bind_text(put, 4, note->text.data(), static_cast<int>(note->text.size()), SQLITE_STATIC);
    sqlite3_step(put);
    sqlite3_reset(put);
    if (++done % page == 0) to.run("commit; begin");
  });
  to.run("commit");
  const double seconds = watch.seconds();
  sqlite3_finalize(put);
  return seconds;
}

result<double> engine_seconds(journal& store, const std::filesystem::path& to_path, double& cpu) {
  HOLON_TRY(const auto reader, store.reader());
  HOLON_TRY(const auto rows, open_sqlite_rows({.path = to_path}));
  HOLON_TRY(const auto session, rows->session());
  const auto what = make_projection<notebook_list>();
  projection_engine engine(*reader, *session, *what);
  HOLON_CHECK(engine.start());
  const stopwatch watch;
  for (auto outcome = step_outcome::more; outcome == step_outcome::more;) {
    HOLON_TRY(const auto report, engine.step());
    outcome = report.outcome;
  }
  cpu = watch.cpu_microseconds();
  return watch.seconds();
}

}  // namespace

result<bench_row> bench_projection(const bench_options& options) {
  scratch_folder folder(options.directory);
  const auto path = folder.fresh("journal");
  HOLON_TRY(const auto store, open_sqlite_journal({.path = path}));
  const auto per_stream = std::max<std::int64_t>(1, options.events / streams_in_projection);
  HOLON_CHECK(fill(*store, notebooks(streams_in_projection), per_stream));
  raw_sqlite raw(path, false);
  const auto events = static_cast<double>(per_stream * streams_in_projection);
  std::vector<double> ours, raws, ratios, cpus;
  for (int i = 0; i < options.runs; ++i) {
    raws.push_back(events / raw_seconds(raw, folder.fresh("raw")));
    double cpu = 0;
    HOLON_TRY(const auto seconds, engine_seconds(*store, folder.fresh("rows"), cpu));
    ours.push_back(events / seconds);
    ratios.push_back(ours.back() / raws.back());
    cpus.push_back(cpu / events);
  }
  return bench_row{.name = "projection",
                   .unit = "events/s",
                   .rate = median(ours),
                   .raw_rate = median(raws),
                   .ratio = median(ratios),
                   .goal = 0.7,
                   .cpu_microseconds = median(cpus),
                   .baseline = "SQLite insert or replace of the same rows, decoded, one thread"};
}

}  // namespace holon::bench
