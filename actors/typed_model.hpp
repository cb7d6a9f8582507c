// The erased model of a C++ holon type.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "actors/holon_model.hpp"
#include "config/guarded.hpp"
#include "persistence/catalog/event_catalog.hpp"
#include "persistence/catalog/event_decoder.hpp"
#include "persistence/codec/json.hpp"
#include "persistence/codec/json_schema.hpp"
#include "persistence/codec/msgpack.hpp"
#include "persistence/codec/writable.hpp"

namespace holon {

template <holon_type T>
class typed_model final : public holon_model {
 public:
  using state_type = typename T::state;
  using command_type = typename T::command;
  using event_type = typename T::event;

  [[nodiscard]] std::string_view name() const override { return T::name; }

  [[nodiscard]] result<void> check() const override { return decoder_.check(); }

  [[nodiscard]] std::unique_ptr<holon_state> initial() const override { return std::make_unique<typed_state>(); }

  [[nodiscard]] result<void> apply(holon_state& state, const event_view& event) const override {
    return guarded(to("replay an event"), [&] {
      return decoder_.visit(event, [&](const auto& happened) { apply_to(value_of(state), happened); });
    });
  }

  [[nodiscard]] result<std::optional<refusal>> decide(holon_state& state, const command_body& command,
                                                      const decision_context& context,
                                                      std::vector<new_event>& out) const override {
    const command_type* asked = command_in<command_type>(command);
    if (asked == nullptr)
      return failure(errc::invalid_argument, "this is not a command of holon type " + std::string(T::name));
    return guarded(to("decide a command"), [&]() -> result<std::optional<refusal>> {
      const auto answer = std::visit(
          [&](const auto& one) { return decide_on<T>(value_of(std::as_const(state)), one, context); }, *asked);
      if (answer.refused()) return answer.why();
      // All of them before the first is applied: an event that cannot be stored must leave the state alone.
      for (const auto& event : answer.events())
        HOLON_CHECK(std::visit([](const auto& one) { return check_writable(one); }, event));
      for (const auto& event : answer.events()) record_one(value_of(state), event, out);
      return std::nullopt;
    });
  }

  [[nodiscard]] result<std::unique_ptr<command_body>> parse_command(std::string_view stored,
                                                                    std::string_view json) const override {
    return parse_as(stored, json, static_cast<const command_type*>(nullptr));
  }

  [[nodiscard]] result<std::string> to_json(const holon_state& state) const override {
    HOLON_CHECK(check_writable(value_of(state)));
    return ::holon::to_json(value_of(state));
  }

  [[nodiscard]] std::uint64_t snapshot_schema() const override { return schema_fingerprint<state_type>(); }
  [[nodiscard]] std::string save(const holon_state& state) const override { return to_msgpack(value_of(state)); }
  [[nodiscard]] result<std::unique_ptr<holon_state>> restore(std::string_view bytes) const override {
    HOLON_TRY(auto value, from_msgpack<state_type>(bytes));
    auto state = std::make_unique<typed_state>();
    state->value = std::move(value);
    return state;
  }

  [[nodiscard]] result<void> list_events(event_catalog& catalog) const override {
    return catalog.add_events<event_type>(T::name, upcasters_of<T>());
  }

  [[nodiscard]] std::vector<std::string_view> commands() const override {
    return names_of(static_cast<const command_type*>(nullptr));
  }

 private:
  static constexpr std::size_t payload_guess_max = 4096;

  struct typed_state final : holon_state {
    state_type value{};
  };

  static state_type& value_of(holon_state& state) { return static_cast<typed_state&>(state).value; }
  static const state_type& value_of(const holon_state& state) { return static_cast<const typed_state&>(state).value; }

  template <class Event>
  static void record_event(state_type& state, const Event& event, std::vector<new_event>& out) {
    auto& record = out.emplace_back();
    record.type = stored_name<Event>;
    record.schema_version = schema_version<Event>;
    // The last one was about as long, mostly: so memory is taken once.
    static thread_local std::size_t length = 0;
    record.payload.reserve(std::min(length, payload_guess_max));
    append_json(record.payload, event);
    length = record.payload.size();
    apply_to(state, event);
  }

  static void record_one(state_type& state, const event_type& event, std::vector<new_event>& out) {
    std::visit([&](const auto& one) { record_event(state, one, out); }, event);
  }

  template <class... Command>
  static result<std::unique_ptr<command_body>> parse_as(std::string_view stored, std::string_view json,
                                                        const std::variant<Command...>*) {
    result<std::unique_ptr<command_body>> parsed =
        failure(errc::unknown_type, "holon type " + std::string(T::name) + " has no command '" + std::string(stored) +
                                        "': it has " + list_text({stored_name<Command>...}));
    const auto try_one = [&]<class One>(std::type_identity<One>) {
      if (stored_name<One> != stored) return;
      auto value = from_json<One>(json);
      if (value)
        parsed = std::make_unique<command_of<command_type>>(command_type(std::move(*value)));
      else
        parsed = failure(std::move(value).error());
    };
    (try_one(std::type_identity<Command>{}), ...);
    return parsed;
  }

  template <class... Command>
  static std::vector<std::string_view> names_of(const std::variant<Command...>*) {
    return {stored_name<Command>...};
  }

  static std::string list_text(std::initializer_list<std::string_view> names) {
    std::string text;
    for (const auto name : names) (text += text.empty() ? "" : ", ") += name;
    return text;
  }

  [[nodiscard]] static foreign_call to(std::string_view task) { return {"holon type", T::name, task}; }

  event_decoder<event_type> decoder_{upcasters_of<T>()};
};

}  // namespace holon
