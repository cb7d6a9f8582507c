// A row session that fails when told to: what is wrapped never sees it, or has done it already.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "projections/row_store.hpp"

namespace holon {

class faulty_row_session final : public row_session {
 public:
  enum class commit_fault {
    nothing_happens,  ///< the commit fails and nothing was written
    reply_is_lost,    ///< it was written, and nobody is told
    process_dies,     ///< the session is gone before the commit
  };

  explicit faulty_row_session(std::unique_ptr<row_session> real) : real_(std::move(real)) {}

  /// The commit after the next `later` ones goes wrong.
  void fail_commit(commit_fault how, int later = 0) { commit_fault_ = {how, later}; }
  /// The put after the next `later` ones gives this.
  void fail_put(errc code, int later = 0) { put_fault_ = {code, later}; }

  result<void> begin() override { return real_ ? real_->begin() : dead(); }

  result<void> commit() override {
    if (!real_) return dead();
    if (!commit_fault_ || commit_fault_->second-- > 0) return real_->commit();
    switch (std::exchange(commit_fault_, std::nullopt)->first) {
      case commit_fault::nothing_happens: real_->rollback(); return failure(errc::unavailable, "commit failed");
      case commit_fault::reply_is_lost:
        HOLON_CHECK(real_->commit());
        return failure(errc::in_doubt, "the reply to a commit was lost");
      case commit_fault::process_dies: real_.reset(); return dead();
    }
    return {};
  }

  void rollback() override {
    if (real_) real_->rollback();
  }
  bool in_transaction() const override { return real_ && real_->in_transaction(); }
  result<table_number> ensure_table(std::string_view projection, const table_description& table) override {
    if (!real_) return dead();
    return real_->ensure_table(projection, table);
  }
  result<void> drop_tables(std::string_view projection) override {
    return real_ ? real_->drop_tables(projection) : dead();
  }
  result<std::vector<owned_table>> tables() override {
    if (!real_) return dead();
    return real_->tables();
  }
  result<bool> get(table_number table, row_values key, const row_reader& read) override {
    if (!real_) return dead();
    return real_->get(table, key, read);
  }
  result<void> put(table_number table, row_values row) override {
    if (!real_) return dead();
    if (!put_fault_ || put_fault_->second-- > 0) return real_->put(table, row);
    return failure(std::exchange(put_fault_, std::nullopt)->first, "put failed");
  }
  result<bool> erase(table_number table, row_values key) override {
    if (!real_) return dead();
    return real_->erase(table, key);
  }
  result<std::size_t> scan(table_number table, const row_scan& which, const row_visitor& visit) override {
    if (!real_) return dead();
    return real_->scan(table, which, visit);
  }

 private:
  static tl::unexpected<error> dead() { return failure(errc::unavailable, "the session is dead"); }

  std::unique_ptr<row_session> real_;
  std::optional<std::pair<commit_fault, int>> commit_fault_;
  std::optional<std::pair<errc, int>> put_fault_;
};

}  // namespace holon
