// The holon types that an application has. `main` builds it and hands it down; nothing registers itself.
//   auto catalog = holon_catalog{}.with<bank::account>().with<bank::transfer>();
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/holon_model.hpp"
#include "actors/schema_only.hpp"
#include "actors/typed_model.hpp"

namespace holon {

class holon_catalog {
 public:
  /// Adds a C++ holon type. The first of one name counts; `check` speaks of the others.
  template <holon_type T>
  holon_catalog with() && {
    add(std::make_shared<typed_model<T>>());
    return std::move(*this);
  }

  /// Adds a holon type that is only known by its name. `schemas`: what its payloads must fit; null: any JSON object.
  holon_catalog with_schema_only(std::string name, std::shared_ptr<const event_catalog> schemas = nullptr) && {
    add(make_schema_only_model(std::move(name), std::move(schemas)));
    return std::move(*this);
  }

  void add(std::shared_ptr<const holon_model> model) {
    const auto [at, fresh] = models_.emplace(std::string(model->name()), model);
    if (!fresh) twice_.emplace_back(at->first);
  }

  /// The types make sense, each alone and together. errc::invalid_argument: two have the same name, the upcasters of
  /// one do not lead to its events, or two call different events by one stored name.
  [[nodiscard]] result<void> check() const {
    if (!twice_.empty())
      return failure(errc::invalid_argument, "two holon types have the name " + twice_.front() + ": rename one");
    for (const auto& [name, model] : models_)
      if (auto sound = model->check(); !sound) return failure_in("holon type " + name, std::move(sound).error());
    event_catalog together;
    return list_events(together);
  }

  /// Null if there is no type of this name.
  [[nodiscard]] const holon_model* find(std::string_view name) const {
    const auto at = models_.find(name);
    return at == models_.end() ? nullptr : at->second.get();
  }

  [[nodiscard]] std::vector<std::string_view> names() const {
    std::vector<std::string_view> all;
    for (const auto& [name, model] : models_) all.push_back(name);
    return all;
  }

  /// Every event of every type, for validation and for people. The errors are those of event_catalog::add_events.
  [[nodiscard]] result<void> list_events(event_catalog& catalog) const {
    for (const auto& [name, model] : models_) HOLON_CHECK(model->list_events(catalog));
    return {};
  }

 private:
  std::map<std::string, std::shared_ptr<const holon_model>, std::less<>> models_;
  std::vector<std::string> twice_;
};

}  // namespace holon
