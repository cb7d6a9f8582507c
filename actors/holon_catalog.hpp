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
  /// Adds a C++ holon type. Two types of one name are a bug of the caller.
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
    HOLON_ASSERT(fresh, "two holon types have the same name");
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

  /// Every event of every type, for validation and for people.
  void list_events(event_catalog& catalog) const {
    for (const auto& [name, model] : models_) model->list_events(catalog);
  }

 private:
  std::map<std::string, std::shared_ptr<const holon_model>, std::less<>> models_;
};

}  // namespace holon
