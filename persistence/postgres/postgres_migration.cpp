#include "persistence/postgres/postgres_migration.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <openssl/sha.h>
#include <pqxx/pqxx>

#include "config/journal_url.hpp"
#include "config/version.hpp"
#include "persistence/digest.hpp"
#include "persistence/postgres/guarded.hpp"
#include "persistence/postgres/migrations.hpp"
#include "persistence/postgres/statements.hpp"
#include "persistence/postgres/url_parameter.hpp"

namespace holon::postgres {
namespace {

constexpr int server_version_least = 150000;
constexpr std::string_view payload_placeholder = "${payload_type}";
constexpr std::string_view only_the_primary = "target_session_attrs=read-write";

std::string shown(const std::string& url) {
  return to_string(journal_url{.kind = journal_kind::postgresql, .place = url});
}

std::string checksum_of(std::string_view text) {
  digest hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return to_hex(hash);
}

std::string filled_in(std::string text, payload_type payload) {
  for (auto at = text.find(payload_placeholder); at != std::string::npos; at = text.find(payload_placeholder, at))
    text.replace(at, payload_placeholder.size(), to_string(payload));
  return text;
}

std::string spoken(const applied_migration& what) {
  return "migration " + std::to_string(what.number) + " (" + what.name + ")";
}

bool is_same(const applied_migration& one, const applied_migration& other) {
  return one.number == other.number && one.name == other.name && one.checksum == other.checksum;
}

error changed(const applied_migration& there, const applied_migration& here) {
  const auto renamed = there.name == here.name ? "" : ", which calls it " + here.name;
  const auto version = there.program_version.empty() ? "" : ", version " + there.program_version;
  return {.code = errc::corrupt,
          .text = spoken(there) + " was applied with another text than this program has" + renamed +
                  ": use the program that made the journal" + version};
}

// What was applied must be what this program has, from the first on. It may end before the last.
result<void> check_applied(std::span<const applied_migration> applied) {
  const auto known = known_migrations();
  for (std::size_t at = 0; at < applied.size(); ++at) {
    const auto& each = applied[at];
    if (each.number != static_cast<int>(at) + 1)
      return failure(errc::corrupt, "migration " + std::to_string(at + 1) + " was never applied to the journal, but " +
                                        spoken(each) + " was: restore the table journal_migrations from a backup");
    if (at >= known.size())
      return failure(errc::foreign, "the journal is newer than this program, which knows nothing of " + spoken(each) +
                                        ": use the newer program");
    if (!is_same(each, known[at])) return failure(changed(each, known[at]));
  }
  return {};
}

std::vector<applied_migration> read_applied(pqxx::transaction_base& in) {
  std::vector<applied_migration> applied;
  if (!in.exec1(sql::find_migrations)[0].as<bool>()) return applied;
  for (const auto& row : in.exec(sql::read_migrations))
    applied.push_back({.number = row[0].as<int>(),
                       .name = row[1].as<std::string>(),
                       .checksum = row[2].as<std::string>(),
                       .applied_at = row[3].as<std::string>(),
                       .applied_by = row[4].as<std::string>(),
                       .program_version = row[5].as<std::string>()});
  return applied;
}

// What has no character in another encoding would be refused in the middle of an import.
result<void> check_encoding(const std::string& encoding) {
  if (encoding == "UTF8") return {};
  return failure(errc::invalid_argument,
                 "the database keeps text in " + encoding +
                     ", and events are UTF-8: make one with create database holon encoding 'UTF8' template template0");
}

result<std::string> find_place(pqxx::transaction_base& in) {
  const auto row = in.exec1(sql::find_place);
  HOLON_CHECK(check_server(row[1].as<int>()));
  HOLON_CHECK(check_encoding(row[2].as<std::string>()));
  if (row[0].is_null())
    return failure(errc::invalid_argument,
                   "the search path of this user names no schema that is there: create one, or set search_path");
  return row[0].as<std::string>();
}

// An empty schema may become a journal; one in which another program has tables may not.
result<void> check_free(pqxx::transaction_base& in, const std::string& schema) {
  const auto found = in.exec(sql::find_foreign);
  if (found.empty()) return {};
  return failure(errc::foreign,
                 "the schema " + schema + " has a table '" + found[0][0].as<std::string>() +
                     "' that is not of a journal: use a database or a schema of its own for the journal");
}

result<payload_type> find_payload(pqxx::transaction_base& in, std::optional<payload_type> wanted) {
  const auto stored =
      in.exec1(sql::read_payload_type)[0].as<std::string>() == "json" ? payload_type::json : payload_type::jsonb;
  if (!wanted || *wanted == stored) return stored;
  return failure(errc::invalid_argument, "the journal keeps payloads as " + std::string(to_string(stored)) +
                                             ", which is chosen once, when it is made, and not " +
                                             std::string(to_string(*wanted)) + ": leave that choice out");
}

// How the journal stands, once everything was checked that forbids to go on.
struct standing {
  std::string schema;
  std::size_t applied = 0;
  payload_type payload = payload_type::jsonb;
};

result<standing> look(pqxx::transaction_base& in, const migration_options& options) {
  standing found;
  HOLON_TRY(found.schema, find_place(in));
  const auto applied = read_applied(in);
  HOLON_CHECK(check_applied(applied));
  found.applied = applied.size();
  if (applied.empty()) {
    HOLON_CHECK(check_free(in, found.schema));
    found.payload = options.payload.value_or(payload_type::jsonb);
  } else {
    HOLON_TRY(found.payload, find_payload(in, options.payload));
  }
  return found;
}

void apply(pqxx::transaction_base& in, const standing& now) {
  const auto what = known_migrations()[now.applied];
  if (now.applied == 0)
    in.exec(sql::make_migrations_table);
  else
    in.exec(sql::become_owner);
  // Noted first: afterwards the table may belong to somebody else.
  in.exec_params(sql::note_migration, what.number, what.name, what.checksum, std::string(program_version));
  in.exec(filled_in(migrations[now.applied].text, now.payload));
}

// One transaction: the next migration, if there is one. Gives how things stood before it.
result<standing> take_step(pqxx::connection& to, const migration_options& options) {
  pqxx::work in(to);
  in.exec_params(sql::migration_settings, std::to_string(options.lock_patience.count()));
  in.exec(sql::take_migration_lock);
  HOLON_TRY(const auto found, look(in, options));
  if (found.applied == std::size(migrations)) return found;
  apply(in, found);
  in.commit();
  return found;
}

result<migration_report> preview(pqxx::connection& to, const migration_options& options) {
  pqxx::read_transaction in(to);
  HOLON_TRY(const auto found, look(in, options));
  migration_report report{.schema = found.schema, .payload = found.payload};
  const auto known = known_migrations();
  for (auto at = found.applied; at < known.size(); ++at) report.applied.push_back({.what = known[at]});
  return report;
}

result<migration_report> apply_all(pqxx::connection& to, const migration_options& options) {
  migration_report report;
  const auto known = known_migrations();
  while (true) {
    HOLON_TRY(const auto found, take_step(to, options));
    report.schema = found.schema;
    report.payload = found.payload;
    if (found.applied == known.size()) return report;
    report.applied.push_back({.state = migration_state::applied, .what = known[found.applied]});
  }
}

migration_line line_of(const applied_migration& each, std::span<const applied_migration> known) {
  const auto twin =
      std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.number == each.number; });
  if (twin == known.end()) return {.state = migration_state::unknown, .what = each};
  return {.state = is_same(each, *twin) ? migration_state::applied : migration_state::changed, .what = each};
}

std::vector<migration_line> lines_of(std::span<const applied_migration> applied) {
  const auto known = known_migrations();
  std::vector<migration_line> lines;
  for (const auto& each : applied) lines.push_back(line_of(each, known));
  for (const auto& each : known) {
    const bool is_there =
        std::any_of(applied.begin(), applied.end(), [&](const auto& one) { return one.number == each.number; });
    if (!is_there) lines.push_back({.what = each});
  }
  std::sort(lines.begin(), lines.end(),
            [](const auto& one, const auto& other) { return one.what.number < other.what.number; });
  return lines;
}

// Runs what uses libpqxx; whatever goes wrong is told with the database it went wrong in.
template <class Run>
auto located(const std::string& url, std::string_view doing, const Run& run) -> decltype(run()) {
  const auto where = shown(url);
  return guarded(where, doing, [&]() -> decltype(run()) {
    auto done = run();
    if (!done) return failure_in(where, std::move(done).error());
    return done;
  });
}

}  // namespace

std::string_view to_string(migration_state state) {
  switch (state) {
    case migration_state::applied: return "applied";
    case migration_state::pending: return "pending";
    case migration_state::changed: return "changed";
    case migration_state::unknown: return "unknown";
  }
  return "unknown";
}

std::vector<applied_migration> known_migrations() {
  std::vector<applied_migration> known;
  for (const auto& each : migrations)
    known.push_back({.number = each.number, .name = each.name, .checksum = checksum_of(each.text)});
  return known;
}

result<void> check_server(int version) {
  if (version >= server_version_least) return {};
  return failure(errc::foreign, "the server is PostgreSQL " + std::to_string(version / 10000) +
                                    ", too old for a journal: use 15 or a later one");
}

result<void> check_schema(std::span<const applied_migration> applied) {
  if (applied.empty()) return failure(errc::not_found, "the database has no journal: run holon db migrate");
  HOLON_CHECK(check_applied(applied));
  if (applied.size() == std::size(migrations)) return {};
  return failure(errc::foreign, "the journal is older than this program, " +
                                    std::to_string(std::size(migrations) - applied.size()) +
                                    " migrations are pending: run holon db migrate");
}

result<migration_report> migrate(const migration_options& options) {
  return located(options.url, "migrate", [&]() -> result<migration_report> {
    auto to = connect_pqxx(with_parameter(with_parameter(options.url, connect_patience), only_the_primary));
    return options.dry_run ? preview(to, options) : apply_all(to, options);
  });
}

result<std::vector<migration_line>> migration_status(const std::string& url) {
  return located(url, "read the migrations", [&]() -> result<std::vector<migration_line>> {
    auto to = connect_pqxx(with_parameter(url, connect_patience));
    pqxx::read_transaction in(to);
    HOLON_CHECK(find_place(in));
    return lines_of(read_applied(in));
  });
}

}  // namespace holon::postgres
