#include "tools/cli/import_run.hpp"

#include <optional>

#include "tools/cli/disk_room.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/known_types.hpp"
#include "tools/cli/observed_appender.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/read_model_update.hpp"
#include "tools/cli/spooled_input.hpp"

namespace holon::cli {
namespace {

result<log_check> check_with_progress(log_source source, const log_mapping& mapping, bool bar_wanted) {
  progress_bar bar("checking ", "bytes", bar_wanted);
  source.progress = [&](const log_progress& at) { bar.show(at.bytes_read, at.bytes_total); };
  auto checked = check_log(source, mapping);
  // A file that is not there or cannot be read is a mistake of the caller: it is not the journal that is in trouble.
  if (!checked && (checked.error().code == errc::not_found || checked.error().code == errc::unavailable))
    checked.error().code = errc::invalid_argument;
  return checked;
}

result<import_plan> plan_with_progress(log_source source, const log_mapping& mapping, const log_check& checked,
                                       journal& in, late_events late, bool bar_wanted) {
  HOLON_TRY(const auto reader, in.current_reader());
  HOLON_TRY(const auto head, reader->head());
  if (head.offset.value == 0) return import_plan();
  progress_bar bar("comparing", "bytes", bar_wanted);
  source.progress = [&](const log_progress& at) { bar.show(at.bytes_read, at.bytes_total); };
  return import_plan::make(source, mapping, checked.streams, *reader, late);
}

result<import_totals> append_with_progress(log_source source, const log_mapping& mapping, const import_plan& plan,
                                           journal& to, const batch_bounds& bounds, const session& with) {
  HOLON_TRY(auto opened, to.appender());
  observed_appender appender(std::move(opened), with.watching);
  const bool bar_wanted = !with.out.json();
  progress_bar bar("importing", "bytes", bar_wanted);
  source.progress = [&](const log_progress& at) { bar.show(at.bytes_read, at.bytes_total); };
  return append_log(source, mapping, plan, appender, bounds);
}

// The holons of a built-in type take commands of their own, and no events that somebody else made up.
result<void> check_stream_type(const std::string& name) {
  HOLON_TRY(const auto built_in, known_holons());
  if (built_in.find(name) == nullptr) return {};
  return failure(errc::invalid_argument, "'" + name + "' is a built-in holon type: choose another --stream-type");
}

}  // namespace

result<import_report> import_log(const log_options& asked, session& with,
                                 const std::function<result<void>(journal&)>& opened) {
  HOLON_TRY(auto source, asked.to_source());
  HOLON_TRY(const auto mapping, asked.to_mapping());
  HOLON_CHECK(check_stream_type(mapping.stream_type));
  std::optional<spooled_input> spooled;
  if (spooled_input::is_needed_for(asked.file)) {
    HOLON_TRY(auto copied, spooled_input::copy_of(asked.file));
    source.path = spooled.emplace(std::move(copied)).path();
    source.name = asked.file == "-" ? "stdin" : asked.file;
  }
  const bool bar_wanted = !with.out.json();
  HOLON_TRY(const auto checked, check_with_progress(source, mapping, bar_wanted));
  // From here on the log is what was checked, whoever writes to its file.
  source.same_as = &checked.summary.content;
  HOLON_CHECK(check_room(with.settings, checked.bytes));
  import_report report;
  HOLON_TRY(report.store, open_journal(with.settings, opening::to_write, with.watching));
  HOLON_TRY(report.rows, open_read_models(with.settings));
  if (opened) HOLON_CHECK(opened(*report.store));
  const auto late = asked.merge ? late_events::merged : late_events::refused;
  HOLON_TRY(const auto plan, plan_with_progress(source, mapping, checked, *report.store, late, bar_wanted));
  const clean_end ending;
  const batch_bounds bounds{.events_max = with.settings.batch_events_max};
  const auto began = std::chrono::steady_clock::now();
  HOLON_TRY(report.totals, append_with_progress(source, mapping, plan, *report.store, bounds, with));
  report.took = std::chrono::steady_clock::now() - began;
  // A disk that is full for events is full for their read models, too; they follow with the rest of the log.
  if (!report.totals.stopped) report.read_models = update_read_models(*report.store, *report.rows, with.out);
  return report;
}

}  // namespace holon::cli
