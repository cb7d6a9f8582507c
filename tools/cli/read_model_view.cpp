#include "tools/cli/read_model_view.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/core.h>

#include "actors/som/active_tasks.hpp"
#include "actors/som/compliance_stats.hpp"
#include "actors/som/org_chart.hpp"
#include "persistence/codec/canonical_json.hpp"
#include "tools/cli/event_text.hpp"
#include "tools/cli/text_table.hpp"

namespace holon::cli {
namespace {

std::string day_of(const std::optional<timestamp>& when) { return when ? to_string(*when).substr(0, 10) : ""; }

// A table is made known in a transaction, even if it is only to be read.
result<table_number> known_table(row_session& session, std::string_view projection, const table_description& wanted) {
  HOLON_CHECK(session.begin());
  const auto number = session.ensure_table(projection, wanted);
  if (!number) {
    session.rollback();
    return number;
  }
  HOLON_CHECK(session.commit());
  return number;
}

template <class Row>
result<table<Row>> table_in(row_session& session, std::string_view projection) {
  HOLON_TRY(const auto number, known_table(session, projection, table_of<Row>()));
  return table<Row>(session, number);
}

auto urgency(const som::task_row& row) {
  return std::tuple(row.priority, row.due.value_or(timestamp::max()), row.task);
}

struct chart {
  std::map<stream_id, som::chart_node> organisations;
  std::multimap<stream_id, stream_id> below;
  std::vector<stream_id> top;
};

result<chart> read_chart(row_session& session) {
  HOLON_TRY(auto nodes, table_in<som::chart_node>(session, som::org_chart::name));
  chart read;
  HOLON_CHECK(nodes.scan([&](const som::chart_node& node) {
    if (node.kind == som::node_kind::organisation && !node.dissolved && !node.name.empty())
      read.organisations.emplace(node.node, node);
    return true;
  }));
  for (const auto& [id, node] : read.organisations) {
    if (node.parent && read.organisations.contains(*node.parent))
      read.below.emplace(*node.parent, id);
    else
      read.top.push_back(id);
  }
  std::sort(read.top.begin(), read.top.end(), [&](const auto& a, const auto& b) {
    return read.organisations.at(a).units > read.organisations.at(b).units;
  });
  return read;
}

void add_branch(const chart& from, stream_id id, std::size_t depth, text_table& into, std::size_t& left) {
  if (left == 0) return;
  --left;
  const auto& node = from.organisations.at(id);
  into.add({std::string(depth * 2, ' ') + node.name, grouped(node.members), grouped(node.units),
            to_string(node.node.value)});
  const auto [begin, end] = from.below.equal_range(id);
  for (auto at = begin; at != end; ++at) add_branch(from, at->second, depth + 1, into, left);
}

bool is_number(column_kind kind) { return kind == column_kind::integer || kind == column_kind::real; }

std::string text_of(const row_value& value, column_kind kind) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (kind == column_kind::boolean) return *number != 0 ? "yes" : "no";
    if (kind == column_kind::instant) return short_time(timestamp{std::chrono::microseconds{*number}});
    return grouped(*number);
  }
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{:.3f}", *real);
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
  if (const auto* id = std::get_if<uuid>(&value)) return to_string(*id);
  return "";
}

std::string json_of(const row_value& value, column_kind kind) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (kind == column_kind::boolean) return *number != 0 ? "true" : "false";
    if (kind == column_kind::instant) return json_string(to_string(timestamp{std::chrono::microseconds{*number}}));
    return std::to_string(*number);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    std::string text;
    append_canonical_number(text, *real);
    return text;
  }
  if (const auto* text = std::get_if<std::string_view>(&value))
    return kind == column_kind::json ? std::string(*text) : json_string(*text);
  if (const auto* id = std::get_if<uuid>(&value)) return json_string(to_string(*id));
  return "null";
}

std::string json_row(const table_description& table, row_values row) {
  std::string text = "{\"table\":" + json_string(table.name);
  for (std::size_t i = 0; i < row.size(); ++i)
    text += "," + json_string(table.columns[i].name) + ":" + json_of(row[i], table.columns[i].kind);
  return text + "}";
}

result<void> show_table(row_session& session, const owned_table& one, output& out, std::size_t rows_max) {
  HOLON_TRY(const auto number, known_table(session, one.projection, one.table));
  std::vector<table_column> columns;
  for (const auto& column : one.table.columns)
    columns.push_back({column.name, is_number(column.kind) ? align::right : align::left});
  text_table shown(std::move(columns));
  HOLON_TRY(const auto count, session.scan(number, {.limit = rows_max}, [&](row_values row) {
    if (out.json()) return out.line(json_row(one.table, row)), true;
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < row.size(); ++i) cells.push_back(text_of(row[i], one.table.columns[i].kind));
    return shown.add(std::move(cells)), true;
  }));
  if (out.json()) return {};
  out.line(out.strong(one.table.name) +
           (count == rows_max ? out.faint("  the first " + grouped(std::int64_t(count)) + " rows") : ""));
  shown.print(out);
  return {};
}

}  // namespace

result<void> show_active_tasks(row_session& session, output& out, std::size_t rows_max) {
  HOLON_TRY(auto tasks, table_in<som::task_row>(session, som::active_tasks::name));
  // The most urgent ones only, so that memory does not grow with the list.
  const auto less_urgent = [](const auto& a, const auto& b) { return urgency(a) < urgency(b); };
  std::set<som::task_row, decltype(less_urgent)> urgent(less_urgent);
  HOLON_TRY(const auto count, tasks.scan([&](const som::task_row& row) {
    urgent.insert(row);
    if (urgent.size() > rows_max) urgent.erase(std::prev(urgent.end()));
    return true;
  }));
  out.line(out.strong("Active Task List") +
           out.faint(fmt::format("  {} of {}", urgent.size(), grouped(std::int64_t(count)))));
  text_table shown({{"title"}, {"status"}, {"priority", align::right}, {"due"}, {"task"}});
  for (const auto& row : urgent)
    shown.add({row.title, row.status == som::task_status::started ? "started" : "open", std::to_string(row.priority),
               day_of(row.due), to_string(row.task.value)});
  shown.print(out);
  return {};
}

result<void> show_org_chart(row_session& session, output& out, std::size_t rows_max) {
  HOLON_TRY(const auto read, read_chart(session));
  out.line(out.strong("Org Chart") + out.faint(fmt::format("  {} of {}", std::min(rows_max, read.organisations.size()),
                                                           grouped(std::int64_t(read.organisations.size())))));
  text_table shown({{"organisation"}, {"members", align::right}, {"units", align::right}, {"id"}});
  std::size_t left = rows_max;
  for (const auto& id : read.top) add_branch(read, id, 0, shown, left);
  shown.print(out);
  return {};
}

result<void> show_compliance_stats(row_session& session, output& out, std::size_t rows_max) {
  HOLON_CHECK(table_in<som::policy_row>(session, som::compliance_stats::name));
  return show_table(session, {std::string(som::compliance_stats::name), table_of<som::policy_row>()}, out, rows_max);
}

result<void> show_tables_of(row_session& session, std::string_view projection, output& out, std::size_t rows_max) {
  HOLON_TRY(const auto tables, session.tables());
  bool any = false;
  for (const auto& each : tables) {
    if (each.projection != projection) continue;
    if (std::exchange(any, true) && !out.json()) out.line();
    HOLON_CHECK(show_table(session, each, out, rows_max));
  }
  if (any) return {};
  return failure(errc::not_found, "the projection '" + std::string(projection) +
                                      "' has no tables yet: holon projections update builds them");
}

}  // namespace holon::cli
