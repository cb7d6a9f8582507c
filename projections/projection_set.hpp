// The projections that an application has. `main` builds the list and hands it down.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/result.hpp"
#include "persistence/catalog/event_catalog.hpp"
#include "projections/projection.hpp"

namespace holon {

class projection_set {
 public:
  /// `projection_set{}.with<open_tasks>().with<event_counts>()`
  template <class P>
  projection_set&& with(P projection = {}) && {
    add(make_projection<P>(std::move(projection)));
    return std::move(*this);
  }

  void add(std::unique_ptr<projection> one) { all_.push_back(std::move(one)); }

  [[nodiscard]] const std::vector<std::unique_ptr<projection>>& all() const { return all_; }

  /// Nothing if there is none of that name.
  [[nodiscard]] const projection* find(std::string_view name) const {
    for (const auto& each : all_)
      if (each->name() == name) return each.get();
    return nullptr;
  }

  /// errc::not_found: the text lists the names that there are.
  [[nodiscard]] result<const projection*> get(std::string_view name) const;

  /// errc::invalid_argument: two projections of one name, two with a table of one name, or a table that no store can
  /// hold; the text names them. An application calls it once, before it starts any.
  [[nodiscard]] result<void> check() const;

  /// The same among these events. errc::invalid_argument, too: a projection takes events by a stored name that means
  /// different events in two holon types, so that it would read the one as the other; the text names all of them.
  [[nodiscard]] result<void> check(const event_catalog& known) const;

 private:
  std::vector<std::unique_ptr<projection>> all_;
};

}  // namespace holon
