#include "persistence/codec/msgpack_reader.hpp"

#include <cmath>
#include <cstring>

#include <msgpack.hpp>

#include "persistence/codec/json_string.hpp"
#include "persistence/codec/msgpack.hpp"

namespace holon::detail {
namespace {

// A std::string as msgpack's stream.
struct string_stream {
  std::string& out;
  void write(const char* bytes, std::size_t size) { out.append(bytes, size); }
};

auto packer(string_stream& stream) { return msgpack::packer<string_stream>(stream); }

const msgpack::object& object_of(const void* object) { return *static_cast<const msgpack::object*>(object); }

std::string_view name_of(msgpack::type::object_type type) {
  switch (type) {
    case msgpack::type::NIL: return "nil";
    case msgpack::type::BOOLEAN: return "a boolean";
    case msgpack::type::POSITIVE_INTEGER:
    case msgpack::type::NEGATIVE_INTEGER: return "an integer";
    case msgpack::type::FLOAT32:
    case msgpack::type::FLOAT64: return "a number";
    case msgpack::type::STR: return "a string";
    case msgpack::type::BIN: return "bytes";
    case msgpack::type::ARRAY: return "an array";
    case msgpack::type::MAP: return "a map";
    case msgpack::type::EXT: return "an extension";
  }
  return "something else";
}

// Only follows the bytes. An array says how long it is before its items come, and the unpacker believes it: after this
// every item is known to be there, so that a few hostile bytes cannot ask for gigabytes.
struct bounds_visitor : msgpack::null_visitor {
  std::size_t depth = 0;
  bool broken = false;

  bool deeper() { return ++depth <= msgpack_depth_max; }
  bool start_array(std::uint32_t) { return deeper(); }
  bool start_map(std::uint32_t) { return deeper(); }
  bool end_array() { return --depth, true; }
  bool end_map() { return --depth, true; }
  void parse_error(std::size_t, std::size_t) { broken = true; }
  void insufficient_bytes(std::size_t, std::size_t) { broken = true; }
};

bool is_sound(std::string_view bytes) {
  bounds_visitor visitor;
  std::size_t end = 0;
  return msgpack::parse(bytes.data(), bytes.size(), end, visitor) && !visitor.broken && end == bytes.size();
}

}  // namespace

void pack_nil(std::string& out) {
  string_stream stream{out};
  packer(stream).pack_nil();
}
void pack_bool(std::string& out, bool value) {
  string_stream stream{out};
  value ? packer(stream).pack_true() : packer(stream).pack_false();
}
void pack_integer(std::string& out, std::int64_t value) {
  string_stream stream{out};
  packer(stream).pack_int64(value);
}
void pack_unsigned(std::string& out, std::uint64_t value) {
  string_stream stream{out};
  packer(stream).pack_uint64(value);
}
void pack_number(std::string& out, double value) {
  string_stream stream{out};
  packer(stream).pack_double(value);
}
void pack_string(std::string& out, std::string_view value) {
  string_stream stream{out};
  const auto size = static_cast<std::uint32_t>(value.size());
  packer(stream).pack_str(size).pack_str_body(value.data(), size);
}
void pack_uuid(std::string& out, const uuid& value) {
  string_stream stream{out};
  packer(stream).pack_bin(16).pack_bin_body(reinterpret_cast<const char*>(value.bytes.data()), 16);
}
void pack_array(std::string& out, std::size_t size) {
  string_stream stream{out};
  packer(stream).pack_array(static_cast<std::uint32_t>(size));
}
void pack_map(std::string& out, std::size_t size) {
  string_stream stream{out};
  packer(stream).pack_map(static_cast<std::uint32_t>(size));
}

bool msgpack_value::is_nil() const { return object_of(object_).type == msgpack::type::NIL; }

bool msgpack_value::expected(std::string_view what, codec_problem& problem) const {
  return problem.is(errc::schema_violation,
                    "expected " + std::string(what) + ", found " + std::string(name_of(object_of(object_).type)));
}

bool msgpack_value::read(bool& into, codec_problem& problem) const {
  const auto& object = object_of(object_);
  if (object.type != msgpack::type::BOOLEAN) return expected("a boolean", problem);
  into = object.via.boolean;
  return true;
}

bool msgpack_value::read(std::int64_t& into, std::int64_t least, std::int64_t most, codec_problem& problem) const {
  const auto& object = object_of(object_);
  const bool negative = object.type == msgpack::type::NEGATIVE_INTEGER;
  if (!negative && object.type != msgpack::type::POSITIVE_INTEGER) return expected("an integer", problem);
  const bool fits =
      negative ? object.via.i64 >= least : most >= 0 && object.via.u64 <= static_cast<std::uint64_t>(most);
  if (!fits)
    return problem.is(errc::schema_violation,
                      "expected an integer from " + std::to_string(least) + " to " + std::to_string(most));
  into = negative ? object.via.i64 : static_cast<std::int64_t>(object.via.u64);
  return true;
}

bool msgpack_value::read(std::uint64_t& into, std::uint64_t most, codec_problem& problem) const {
  const auto& object = object_of(object_);
  if (object.type != msgpack::type::POSITIVE_INTEGER || object.via.u64 > most)
    return expected("an integer from 0 to " + std::to_string(most), problem);
  into = object.via.u64;
  return true;
}

bool msgpack_value::read(double& into, codec_problem& problem) const {
  const auto& object = object_of(object_);
  // msgpack-c packs a double that is a whole number as an integer.
  switch (object.type) {
    case msgpack::type::FLOAT32:
    case msgpack::type::FLOAT64: into = object.via.f64; break;
    case msgpack::type::POSITIVE_INTEGER: into = static_cast<double>(object.via.u64); break;
    case msgpack::type::NEGATIVE_INTEGER: into = static_cast<double>(object.via.i64); break;
    default: return expected("a number", problem);
  }
  return std::isfinite(into) || problem.is(errc::schema_violation, "expected a finite number");
}

bool msgpack_value::read(std::string_view& into, codec_problem& problem) const {
  const auto& object = object_of(object_);
  if (object.type != msgpack::type::STR) return expected("a string", problem);
  into = {object.via.str.ptr, object.via.str.size};
  // The same rules as for JSON: what is read here may become an event.
  if (into.find('\0') != std::string_view::npos)
    return problem.is(errc::malformed, "a string has U+0000, which PostgreSQL cannot store");
  return find_bad_utf8(into) == std::string_view::npos || problem.is(errc::malformed, "a string is not UTF-8");
}

bool msgpack_value::read(uuid& into, codec_problem& problem) const {
  const auto& object = object_of(object_);
  if (object.type != msgpack::type::BIN || object.via.bin.size != into.bytes.size())
    return expected("the 16 bytes of a UUID", problem);
  std::memcpy(into.bytes.data(), object.via.bin.ptr, into.bytes.size());
  return true;
}

bool msgpack_value::read_array(std::size_t& size, codec_problem& problem) const {
  const auto& object = object_of(object_);
  if (object.type != msgpack::type::ARRAY) return expected("an array", problem);
  size = object.via.array.size;
  return true;
}

bool msgpack_value::read_map(std::size_t& size, codec_problem& problem) const {
  const auto& object = object_of(object_);
  if (object.type != msgpack::type::MAP) return expected("a map", problem);
  size = object.via.map.size;
  return true;
}

msgpack_value msgpack_value::item(std::size_t index) const {
  return msgpack_value(&object_of(object_).via.array.ptr[index]);
}
msgpack_value msgpack_value::key(std::size_t index) const {
  return msgpack_value(&object_of(object_).via.map.ptr[index].key);
}
msgpack_value msgpack_value::mapped(std::size_t index) const {
  return msgpack_value(&object_of(object_).via.map.ptr[index].val);
}

result<void> read_msgpack_bytes(std::string_view bytes, std::string_view record, void* into, msgpack_read read) {
  const auto broken = [&](std::string why) { return failure(errc::malformed, std::string(record) + ": " + why); };
  if (bytes.size() > msgpack_bytes_max) return broken("more than 64 MiB of msgpack");
  if (!is_sound(bytes))
    return broken("the msgpack is cut off, nested more than 128 deep, or has something behind its end");
  try {
    msgpack::zone zone;
    std::size_t end = 0;
    // true: strings and bytes stay where they are; they outlive the reading.
    const auto object = msgpack::unpack(zone, bytes.data(), bytes.size(), end,
                                        [](msgpack::type::object_type, std::size_t, void*) { return true; });
    codec_problem problem;
    if (!read(msgpack_value(&object), into, problem)) return failure(problem.to_error(record));
    return {};
  } catch (const std::exception& refused) {
    return broken(refused.what());
  }
}

}  // namespace holon::detail
