#include "projections/memory/memory_rows.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace holon {
namespace {

using owned_value = std::variant<std::monostate, std::int64_t, double, std::string, uuid>;
using owned_row = std::vector<owned_value>;

owned_row to_owned(row_values values) {
  owned_row row;
  row.reserve(values.size());
  const auto keep = [](const auto& value) -> owned_value {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string_view>)
      return std::string(value);
    else
      return value;
  };
  for (const auto& value : values) row.push_back(std::visit(keep, value));
  return row;
}

std::vector<row_value> view_of(const owned_row& row) {
  std::vector<row_value> values;
  values.reserve(row.size());
  const auto show = [](const auto& value) -> row_value { return value; };
  for (const auto& value : row) values.push_back(std::visit(show, value));
  return values;
}

using row_map = std::map<owned_row, owned_row>;

struct memory_table {
  std::string projection;
  table_description description;
  row_map rows;
};
using table_map = std::map<std::string, memory_table>;

// What a transaction has done to one table: rows put, and rows erased (nothing).
using change_map = std::map<owned_row, std::optional<owned_row>>;

struct shared_tables {
  std::mutex mutex;
  table_map tables;
  bool has_writer = false;
};

// The rows of a table as a transaction sees them: those committed, under its own changes. Both are in the order of
// keys, so one walk through the two shows them in that order.
template <class Visit>
void merge(const row_map* committed, const change_map* changes, const owned_row& from, Visit&& visit) {
  static const row_map no_rows;
  static const change_map no_changes;
  const auto& below = committed ? *committed : no_rows;
  const auto& above = changes ? *changes : no_changes;
  auto row = below.lower_bound(from);
  auto change = above.lower_bound(from);
  while (row != below.end() || change != above.end()) {
    const bool is_changed = change != above.end() && (row == below.end() || change->first <= row->first);
    if (!is_changed) {
      if (!visit(row->first, row->second)) return;
      ++row;
      continue;
    }
    if (row != below.end() && row->first == change->first) ++row;
    if (change->second && !visit(change->first, *change->second)) return;
    ++change;
  }
}

class memory_session final : public row_session {
 public:
  explicit memory_session(shared_tables& shared) : shared_(shared) {}
  ~memory_session() override { memory_session::rollback(); }

  result<void> begin() override {
    if (open_) return failure(errc::invalid_argument, "memory rows: a transaction is open already");
    const std::lock_guard lock(shared_.mutex);
    if (shared_.has_writer) return failure(errc::locked, "memory rows: another session is writing, try again");
    shared_.has_writer = true;
    open_ = true;
    return {};
  }

  result<void> commit() override {
    HOLON_CHECK(check_open());
    const std::lock_guard lock(shared_.mutex);
    for (const auto& name : dropped_) shared_.tables.erase(name);
    for (auto& [name, table] : created_) shared_.tables[name] = std::move(table);
    for (auto& [name, changes] : changes_) apply(shared_.tables.at(name).rows, changes);
    close();
    return {};
  }

  void rollback() override {
    if (!open_) return;
    const std::lock_guard lock(shared_.mutex);
    close();
  }

  bool in_transaction() const override { return open_; }

  result<table_number> ensure_table(std::string_view projection, const table_description& table) override {
    HOLON_CHECK(check_open());
    HOLON_CHECK(check_asked(projection, table));
    const std::lock_guard lock(shared_.mutex);
    const auto* existing = find_table(table.name);
    if (!existing) {
      created_[table.name] = {.projection = std::string(projection), .description = table, .rows = {}};
    } else {
      HOLON_CHECK(check_same_table({existing->projection, existing->description}, projection, table));
    }
    return number_of(table.name);
  }

  result<void> drop_tables(std::string_view projection) override {
    HOLON_CHECK(check_open());
    const std::lock_guard lock(shared_.mutex);
    for (const auto& [name, table] : shared_.tables)
      if (table.projection == projection && dropped_.insert(name).second) changes_.erase(name);
    std::erase_if(created_, [&](const auto& entry) {
      const bool is_ours = entry.second.projection == projection;
      if (is_ours) changes_.erase(entry.first);
      return is_ours;
    });
    return {};
  }

  result<std::vector<owned_table>> tables() override {
    const std::lock_guard lock(shared_.mutex);
    std::map<std::string, owned_table> found;
    for (const auto& [name, table] : shared_.tables)
      if (!dropped_.contains(name)) found[name] = {table.projection, table.description};
    for (const auto& [name, table] : created_) found[name] = {table.projection, table.description};
    std::vector<owned_table> list;
    for (auto& [name, table] : found) list.push_back(std::move(table));
    return list;
  }

  result<bool> get(table_number table, row_values key, const row_reader& read) override {
    const auto wanted = to_owned(key);
    bool found = false;
    HOLON_CHECK(walk(table, wanted, [&](const owned_row& each, const owned_row& row) {
      found = each == wanted;
      if (found) read(view_of(row));
      return false;
    }));
    return found;
  }

  result<void> put(table_number table, row_values row) override {
    HOLON_CHECK(check_open());
    const std::lock_guard lock(shared_.mutex);
    HOLON_TRY(const auto* target, open_table(table));
    HOLON_CHECK(check_row(target->description, row));
    auto values = to_owned(row);
    owned_row key(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(target->description.key_columns));
    changes_[target->description.name].insert_or_assign(std::move(key), std::move(values));
    return {};
  }

  result<bool> erase(table_number table, row_values key) override {
    HOLON_CHECK(check_open());
    HOLON_TRY(const bool found, get(table, key, [](row_values) {}));
    if (found) changes_[names_[table.value]].insert_or_assign(to_owned(key), std::nullopt);
    return found;
  }

  result<std::size_t> scan(table_number table, const row_scan& which, const row_visitor& visit) override {
    const auto prefix = to_owned(which.key_prefix);
    const auto after = to_owned(which.after);
    const auto begins_with = [&](const owned_row& key) {
      return std::equal(prefix.begin(), prefix.end(), key.begin());
    };
    std::size_t shown = 0;
    HOLON_CHECK(walk(table, std::max(prefix, after), [&](const owned_row& key, const owned_row& row) {
      if (key == after) return true;
      if (shown == which.limit || !begins_with(key)) return false;
      ++shown;
      return visit(view_of(row));
    }));
    return shown;
  }

 private:
  static void apply(row_map& rows, change_map& changes) {
    for (auto& [key, row] : changes) {
      if (row)
        rows.insert_or_assign(key, *std::move(row));
      else
        rows.erase(key);
    }
  }

  result<void> check_open() const {
    if (open_) return {};
    return failure(errc::invalid_argument, "memory rows: writing needs an open transaction");
  }

  void close() {
    created_.clear();
    dropped_.clear();
    changes_.clear();
    open_ = false;
    shared_.has_writer = false;
  }

  // The table as this transaction sees it, or nothing. The caller holds the lock.
  const memory_table* find_table(const std::string& name) const {
    if (const auto created = created_.find(name); created != created_.end()) return &created->second;
    if (dropped_.contains(name)) return nullptr;
    const auto found = shared_.tables.find(name);
    return found == shared_.tables.end() ? nullptr : &found->second;
  }

  result<const memory_table*> open_table(table_number table) const {
    if (table.value >= names_.size())
      return failure(errc::invalid_argument, "memory rows: there is no table number " + std::to_string(table.value) +
                                                 ": ensure_table of the same session gives one");
    const auto& name = names_[table.value];
    if (const auto* found = find_table(name)) return found;
    return failure(errc::corrupt, "memory rows: table " + name + " is gone; its projection was reset meanwhile");
  }

  table_number number_of(const std::string& name) {
    const auto known = std::find(names_.begin(), names_.end(), name);
    if (known == names_.end()) names_.push_back(name);
    return {static_cast<std::size_t>(std::distance(names_.begin(), std::find(names_.begin(), names_.end(), name)))};
  }

  template <class Visit>
  result<void> walk(table_number table, const owned_row& from, Visit&& visit) {
    const std::lock_guard lock(shared_.mutex);
    HOLON_TRY(const auto* target, open_table(table));
    const auto changes = changes_.find(target->description.name);
    merge(&target->rows, changes == changes_.end() ? nullptr : &changes->second, from, visit);
    return {};
  }

  shared_tables& shared_;
  bool open_ = false;
  std::vector<std::string> names_;  // by table_number
  table_map created_;               // the open transaction's; their rows are all in changes_
  std::set<std::string> dropped_;
  std::map<std::string, change_map> changes_;
};

class memory_rows final : public row_store {
 public:
  result<std::unique_ptr<row_session>> session() override { return std::make_unique<memory_session>(shared_); }
  std::string name() const override { return "memory"; }

 private:
  shared_tables shared_;
};

}  // namespace

std::unique_ptr<row_store> make_memory_rows() { return std::make_unique<memory_rows>(); }

}  // namespace holon
