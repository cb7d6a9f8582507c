// The part of msgpack that knows no message types, so that msgpack-c is compiled once and stays out of headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "persistence/codec/codec_problem.hpp"
#include "persistence/uuid.hpp"

namespace holon::detail {

void pack_nil(std::string& out);
void pack_bool(std::string& out, bool value);
void pack_integer(std::string& out, std::int64_t value);
void pack_unsigned(std::string& out, std::uint64_t value);
void pack_number(std::string& out, double value);
void pack_string(std::string& out, std::string_view value);
void pack_uuid(std::string& out, const uuid& value);
void pack_array(std::string& out, std::size_t size);
void pack_map(std::string& out, std::size_t size);

/// One unpacked value, alive during the call that shows it. Readers give false after they said what is wrong.
class msgpack_value {
 public:
  explicit msgpack_value(const void* object) : object_(object) {}

  [[nodiscard]] bool is_nil() const;
  bool read(bool& into, codec_problem& problem) const;
  bool read(std::int64_t& into, std::int64_t least, std::int64_t most, codec_problem& problem) const;
  bool read(std::uint64_t& into, std::uint64_t most, codec_problem& problem) const;
  bool read(double& into, codec_problem& problem) const;
  bool read(std::string_view& into, codec_problem& problem) const;
  bool read(uuid& into, codec_problem& problem) const;
  bool read_array(std::size_t& size, codec_problem& problem) const;
  bool read_map(std::size_t& size, codec_problem& problem) const;

  /// Of an array, and of a map after read_map.
  [[nodiscard]] msgpack_value item(std::size_t index) const;
  [[nodiscard]] msgpack_value key(std::size_t index) const;
  [[nodiscard]] msgpack_value mapped(std::size_t index) const;

 private:
  bool expected(std::string_view what, codec_problem& problem) const;
  const void* object_;
};

using msgpack_read = bool (*)(msgpack_value from, void* into, codec_problem& problem);

/// Unpacks one value and shows it to `read`. errc::malformed: cut off, more than one value, or against the bounds.
[[nodiscard]] result<void> read_msgpack_bytes(std::string_view bytes, std::string_view record, void* into,
                                              msgpack_read read);

}  // namespace holon::detail
