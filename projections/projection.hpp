// A projection: a plain struct that says which events it takes and what they do to its rows.
//
//   struct open_tasks {
//     static constexpr std::string_view name = "open_tasks";
//     static constexpr int version = 1;                              // raised when apply or the rows change: rebuilt
//     using event = std::variant<task_created, task_closed>;         // all others are passed over
//     using rows = holon::rows<task_row>;                            // its tables
//     holon::result<void> apply(rows& to, const holon::event_view& at, const task_created& created) const {
//       return to.of<task_row>().put({.task = at.stream, .title = created.title});
//     }
//     holon::result<void> apply(rows& to, const holon::event_view& at, const task_closed&) const { … }
//   };
//   auto erased = holon::make_projection<open_tasks>();
//
// With `static constexpr std::string_view stream_type = "task"` it takes the events of that holon type alone.
// One without `event` has `apply(rows&, const event_view&)` and sees every event as it is stored. A list
// `static std::span<const holon::upcaster> upcasters()` brings events of older versions up to date.
// What apply does must depend on the rows and the event alone: no clock, no memory of its own, no other store.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "config/result.hpp"
#include "persistence/catalog/event_decoder.hpp"
#include "persistence/catalog/upcaster.hpp"
#include "persistence/event.hpp"
#include "projections/row_store.hpp"
#include "projections/table.hpp"

namespace holon {

/// The tables of a projection, seen through one session.
template <described_record... Row>
class rows {
 public:
  template <class One>
    requires(std::same_as<One, Row> || ...)
  [[nodiscard]] table<One>& of() {
    return std::get<table<One>>(tables_);
  }

  [[nodiscard]] static std::vector<table_description> descriptions() { return {table_of<Row>()...}; }

  /// Makes the tables that are not there; the errors are those of row_session::ensure_table.
  [[nodiscard]] static result<rows> ensure(row_session& session, std::string_view projection) {
    result<void> outcome;
    // The braces keep the order: the first table that fails is the one that is told.
    std::tuple<result<table<Row>>...> made{ensure_one<Row>(session, projection)...};
    std::apply([&](auto&... each) { (note(each, outcome), ...); }, made);
    if (!outcome) return failure(std::move(outcome).error());
    return std::apply([](auto&... each) { return rows(*std::move(each)...); }, made);
  }

 private:
  explicit rows(table<Row>... tables) : tables_(std::move(tables)...) {}

  template <class One>
  static result<table<One>> ensure_one(row_session& session, std::string_view projection) {
    return table<One>::ensure(session, projection);
  }

  template <class One>
  static void note(const result<table<One>>& made, result<void>& outcome) {
    if (outcome && !made) outcome = failure(made.error());
  }

  std::tuple<table<Row>...> tables_;
};

namespace detail {
template <class P, class Event>
concept applies = requires(const P& self, typename P::rows& to, const event_view& at, const Event& event) {
  { self.apply(to, at, event) } -> std::same_as<result<void>>;
};

template <class P, class Variant>
inline constexpr bool applies_all = false;
template <class P, class... Event>
inline constexpr bool applies_all<P, std::variant<Event...>> = (applies<P, Event> && ...);
}  // namespace detail

template <class P>
concept named_projection = requires {
  { P::name } -> std::convertible_to<std::string_view>;
  { P::version } -> std::convertible_to<int>;
  typename P::rows;
};

/// Takes decoded events: has `apply` for each alternative of its `event`.
template <class P>
concept typed_projection = named_projection<P> && requires {
  typename P::event;
  requires detail::applies_all<P, typename P::event>;
};

/// Takes every event as it is stored.
template <class P>
concept raw_projection = named_projection<P> && requires(const P& self, typename P::rows& to, const event_view& event) {
  { self.apply(to, event) } -> std::same_as<result<void>>;
};

/// A projection at work on one session.
class bound_projection {
 public:
  virtual ~bound_projection() = default;
  /// Changes the rows as the event asks. An error leaves the transaction to be rolled back.
  [[nodiscard]] virtual result<void> apply(const event_view& event) = 0;
};

/// A projection of any type. Immutable, so any thread may use it.
class projection {
 public:
  virtual ~projection() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual int version() const = 0;
  /// Stored names of the events that it takes; empty: all.
  [[nodiscard]] virtual std::span<const std::string> event_types() const = 0;
  /// Holon types whose events it takes; empty: all.
  [[nodiscard]] virtual std::span<const std::string> stream_types() const { return {}; }
  [[nodiscard]] virtual std::vector<table_description> tables() const = 0;
  /// Makes its tables in the open transaction where they are missing. Must not outlive the session and the projection.
  [[nodiscard]] virtual result<std::unique_ptr<bound_projection>> bind(row_session& session) const = 0;
};

namespace detail {

template <class P>
std::span<const upcaster> upcasters_of() {
  if constexpr (requires { P::upcasters(); })
    return P::upcasters();
  else
    return {};
}

template <class... Event>
std::vector<std::string> names_in(std::variant<Event...>*) {
  return {std::string(stored_name<Event>)...};
}

// The names that the decoder knows, and those that an upcaster leads to one of them: renamed events still count.
template <class P>
std::vector<std::string> event_types_of() {
  if constexpr (!typed_projection<P>) {
    return {};
  } else {
    auto names = names_in(static_cast<typename P::event*>(nullptr));
    const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
    for (std::size_t before = 0; before != names.size();) {
      before = names.size();
      for (const auto& each : upcasters_of<P>())
        if (has(each.becomes) && !has(each.type)) names.emplace_back(each.type);
    }
    return names;
  }
}

template <class P>
std::vector<std::string> stream_types_of() {
  if constexpr (requires { P::stream_type; })
    return {std::string(P::stream_type)};
  else
    return {};
}

template <class P>
class bound_raw final : public bound_projection {
 public:
  bound_raw(const P& self, typename P::rows to) : self_(self), rows_(std::move(to)) {}
  result<void> apply(const event_view& event) override { return self_.apply(rows_, event); }

 private:
  const P& self_;
  typename P::rows rows_;
};

template <class P>
class bound_typed final : public bound_projection {
 public:
  bound_typed(const P& self, typename P::rows to) : self_(self), rows_(std::move(to)), decoder_(upcasters_of<P>()) {}

  [[nodiscard]] result<void> check() const { return decoder_.check(); }

  result<void> apply(const event_view& event) override {
    return decoder_.visit(event, [&](const auto& decoded) { return self_.apply(rows_, event, decoded); });
  }

 private:
  const P& self_;
  typename P::rows rows_;
  event_decoder<typename P::event> decoder_;
};

template <class P>
class erased_projection final : public projection {
 public:
  explicit erased_projection(P self)
      : self_(std::move(self)), event_types_(event_types_of<P>()), stream_types_(stream_types_of<P>()) {}

  std::string_view name() const override { return P::name; }
  int version() const override { return P::version; }
  std::span<const std::string> event_types() const override { return event_types_; }
  std::span<const std::string> stream_types() const override { return stream_types_; }
  std::vector<table_description> tables() const override { return P::rows::descriptions(); }

  result<std::unique_ptr<bound_projection>> bind(row_session& session) const override {
    HOLON_TRY(auto made, P::rows::ensure(session, P::name));
    if constexpr (typed_projection<P>) {
      auto bound = std::make_unique<bound_typed<P>>(self_, std::move(made));
      if (auto sound = bound->check(); !sound)
        return failure_in("projection " + std::string(P::name), std::move(sound).error());
      return bound;
    } else {
      return std::make_unique<bound_raw<P>>(self_, std::move(made));
    }
  }

 private:
  P self_;
  std::vector<std::string> event_types_;
  std::vector<std::string> stream_types_;
};

}  // namespace detail

template <class P>
  requires typed_projection<P> || raw_projection<P>
[[nodiscard]] std::unique_ptr<projection> make_projection(P self = {}) {
  static_assert(P::version >= 1, "versions of a projection count from 1");
  static_assert(!std::string_view(P::name).empty() && std::string_view(P::name) != bookkeeping,
                "a projection has a name, and 'holon' is kept for the bookkeeping");
  return std::make_unique<detail::erased_projection<P>>(std::move(self));
}

}  // namespace holon
