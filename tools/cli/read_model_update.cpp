#include "tools/cli/read_model_update.hpp"

#include "tools/cli/interruption.hpp"
#include "tools/cli/known_types.hpp"
#include "tools/cli/progress_bar.hpp"

namespace holon::cli {
namespace {

constexpr const char* where_to_look = "holon projections list tells how they are, holon projections update goes on";

result<projection_status> update(journal& of, row_store& rows, const projection& what, output& out) {
  HOLON_TRY(const auto reader, of.reader());
  HOLON_TRY(const auto session, rows.session());
  projection_engine engine(*reader, *session, what);
  HOLON_CHECK(engine.start());
  HOLON_CHECK(catch_up(engine, std::string(what.name()), out));
  return engine.status();
}

}  // namespace

result<step_outcome> catch_up(projection_engine& engine, const std::string& name, output& out) {
  progress_bar bar(name, "events", !out.json());
  auto outcome = step_outcome::more;
  while (!interrupted()) {
    HOLON_TRY(const auto step, engine.step());
    const auto status = engine.status();
    bar.show(status.offset.value, status.head.value);
    outcome = step.outcome;
    if (outcome != step_outcome::more && outcome != step_outcome::parked_some) break;
  }
  return outcome;
}

std::vector<projection_status> update_read_models(journal& of, row_store& rows, output& out) {
  std::vector<projection_status> all;
  std::string behind;
  const auto known = known_read_models();
  for (const auto& each : known.all()) {
    auto status = update(of, rows, *each, out);
    if (!status) status = projection_status{.name = std::string(each->name()), .error = status.error().text};
    if (status->phase != projection_phase::live)
      behind += (behind.empty() ? "" : "; ") + status->name + (status->error.empty() ? "" : ": " + status->error);
    all.push_back(*std::move(status));
  }
  if (!behind.empty()) out.remark("Read models are behind (" + behind + "): " + where_to_look);
  return all;
}

}  // namespace holon::cli
