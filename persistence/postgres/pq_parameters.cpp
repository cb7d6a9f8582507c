#include "persistence/postgres/pq_parameters.hpp"

#include "persistence/postgres/pq_values.hpp"

namespace holon::postgres {

void parameters::end_value(std::size_t start) {
  starts_.push_back(start);
  lengths_.push_back(static_cast<int>(bytes_.size() - start));
}

parameters& parameters::add(std::int64_t number) {
  const auto start = bytes_.size();
  put_number(bytes_, number);
  end_value(start);
  return *this;
}

parameters& parameters::add(std::int32_t number) {
  const auto start = bytes_.size();
  put_number(bytes_, number);
  end_value(start);
  return *this;
}

parameters& parameters::add(const uuid& id) { return add(bytes_of(id)); }
parameters& parameters::add(timestamp when) { return add(to_wire(when)); }
parameters& parameters::add(const std::optional<timestamp>& when) { return when ? add(*when) : add_null(); }

parameters& parameters::add(std::string_view text) {
  const auto start = bytes_.size();
  bytes_ += text;
  end_value(start);
  return *this;
}

parameters& parameters::add(const digest& value) {
  return add(std::string_view{reinterpret_cast<const char*>(value.data()), value.size()});
}

parameters& parameters::add_jsonb(std::string_view json) {
  const auto start = bytes_.size();
  bytes_ += '\1';  // the version of jsonb's binary form
  bytes_ += json;
  end_value(start);
  return *this;
}

parameters& parameters::add_null() {
  starts_.push_back(bytes_.size());
  lengths_.push_back(-1);
  return *this;
}

// One dimension, no nulls, counted from 1.
template <class Element, class Put>
void parameters::put_array(std::uint32_t type, std::span<const Element> elements, const Put& put) {
  const auto start = bytes_.size();
  put_number(bytes_, std::int32_t{elements.empty() ? 0 : 1});
  put_number(bytes_, std::int32_t{0});
  put_number(bytes_, type);
  if (!elements.empty()) {
    put_number(bytes_, static_cast<std::int32_t>(elements.size()));
    put_number(bytes_, std::int32_t{1});
  }
  for (const auto& each : elements) {
    const std::string_view value = put(each);
    put_number(bytes_, static_cast<std::int32_t>(value.size()));
    bytes_ += value;
  }
  end_value(start);
}

parameters& parameters::add(std::span<const uuid> ids) {
  constexpr std::uint32_t uuid_type = 2950;
  put_array(uuid_type, ids, [](const uuid& id) { return bytes_of(id); });
  return *this;
}

parameters& parameters::add(std::span<const std::string> texts) {
  constexpr std::uint32_t text_type = 25;
  put_array(text_type, texts, [](const std::string& text) { return std::string_view{text}; });
  return *this;
}

}  // namespace holon::postgres
