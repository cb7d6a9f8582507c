#include "persistence/archive/archive_manifest.hpp"

#include <array>
#include <fstream>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/version.hpp"
#include "persistence/archive/durable_file.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon {
namespace {

constexpr std::int64_t format_version = 1;
constexpr std::size_t write_bytes = std::size_t{64} * 1024;

void add_text(std::string& out, std::string_view key, std::string_view text) {
  append_canonical_string(out, key);
  out += ':';
  append_canonical_string(out, text);
  out += ',';
}

void add_number(std::string& out, std::string_view key, std::int64_t number) {
  append_canonical_string(out, key);
  out.append(":").append(std::to_string(number)).append(",");
}

void add_batch(std::string& out, const batch_record& batch) {
  out += '{';
  add_number(out, "first", batch.first.value);
  add_number(out, "last", batch.last.value);
  add_text(out, "recorded_at", to_string(batch.recorded_at));
  add_text(out, "content", to_hex(batch.content));
  add_text(out, "chain", to_hex(batch.chain));
  out.back() = '}';
}

std::string head_of(const archive_manifest& what) {
  std::string out = "{";
  add_number(out, "format", format_version);
  add_text(out, "program_version", program_version);
  add_text(out, "journal_id", to_string(what.journal));
  add_text(out, "name", what.name);
  add_text(out, "from", to_string(what.from));
  add_text(out, "to", to_string(what.to));
  add_number(out, "first_offset", what.first.value);
  add_number(out, "last_offset", what.last.value);
  add_number(out, "count", what.events());
  add_text(out, "file", what.file);
  add_text(out, "sha256", what.sha256);
  return out + "\"batches\":[";
}

std::optional<digest> digest_of(std::string_view hex) {
  digest value{};
  if (hex.size() != 2 * value.size()) return std::nullopt;
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto high = digits.find(hex[2 * i]);
    const auto low = digits.find(hex[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    value[i] = static_cast<std::uint8_t>(16 * high + low);
  }
  return value;
}

// Told by the parser what it meets, so that the batches need not be in memory together.
class manifest_reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit manifest_reader(const manifest_visitor& visit) : visit_(visit) {}

  bool start_object(std::size_t /*elements*/) override {
    const bool is_expected = place_ == place::outside || place_ == place::batches;
    if (!is_expected) return wrong("an object");
    place_ = place_ == place::outside ? place::manifest : place::batch;
    batch_ = {};
    seen_ = 0;
    return true;
  }
  bool end_object() override {
    if (place_ == place::manifest) {
      place_ = place::outside;
      return true;
    }
    place_ = place::batches;
    if (seen_ != batch_fields) return malformed("a batch lacks one of its fields");
    if (!visit_) return true;
    auto visited = visit_(batch_);
    if (visited) return true;
    why_ = std::move(visited).error();
    return false;
  }
  bool start_array(std::size_t /*elements*/) override {
    if (place_ != place::manifest || key_ != "batches") return wrong("an array");
    place_ = place::batches;
    has_batches_ = true;
    return true;
  }
  bool end_array() override {
    place_ = place::manifest;
    return true;
  }
  bool key(string_t& name) override {
    key_ = name;
    return true;
  }

  bool number_integer(number_integer_t value) override { return number(value); }
  bool number_unsigned(number_unsigned_t value) override { return number(static_cast<std::int64_t>(value)); }
  bool string(string_t& value) override {
    if (place_ == place::batch) return batch_text(value);
    if (key_ == "name") return put(found_.name, value);
    if (key_ == "file") return put(found_.file, value);
    if (key_ == "sha256") return put(found_.sha256, value);
    if (key_ == "journal_id") return parsed(found_.journal, parse_uuid(value));
    if (key_ == "from") return parsed(found_.from, parse_timestamp(value));
    if (key_ == "to") return parsed(found_.to, parse_timestamp(value));
    return key_ == "program_version" || wrong("a string");
  }

  bool null() override { return wrong("null"); }
  bool boolean(bool /*value*/) override { return wrong("a truth value"); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return wrong("a fraction"); }
  bool binary(binary_t& /*value*/) override { return wrong("bytes"); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*why*/) override {
    return malformed("near byte " + std::to_string(position) + " this is no JSON; the file is cut off or damaged");
  }

  [[nodiscard]] result<archive_manifest> take() && {
    if (why_) return failure(*std::move(why_));
    if (format_ > format_version)
      return failure(errc::foreign, "the archive is of format " + std::to_string(format_) +
                                        ", which this program does not know: use the newer program");
    if (format_ != format_version || found_.name.empty() || found_.file.empty() || found_.sha256.empty() ||
        !has_batches_ || count_ != found_.events())
      return failure(errc::malformed, "this is not the manifest of an archive, or it lacks something");
    return std::move(found_);
  }

 private:
  enum class place : std::uint8_t { outside, manifest, batches, batch };
  static constexpr int batch_fields = 5;

  bool malformed(std::string text) {
    if (!why_) why_ = error{.code = errc::malformed, .text = std::move(text)};
    return false;
  }
  bool wrong(std::string_view kind) { return malformed(std::string(kind) + " has no place at '" + key_ + "'"); }
  static bool put(std::string& into, std::string& value) {
    into = std::move(value);
    return true;
  }
  template <class T>
  bool parsed(T& into, const result<T>& value) {
    if (!value) return malformed("'" + key_ + "': " + value.error().text);
    into = *value;
    return true;
  }
  bool number(std::int64_t value) {
    std::int64_t* into = nullptr;
    if (place_ == place::batch)
      into = key_ == "first" ? &batch_.first.value : key_ == "last" ? &batch_.last.value : nullptr;
    else if (key_ == "first_offset")
      into = &found_.first.value;
    else if (key_ == "last_offset")
      into = &found_.last.value;
    else if (key_ == "count")
      into = &count_;
    else if (key_ == "format")
      into = &format_;
    if (into == nullptr) return wrong("a number");
    *into = value;
    ++seen_;
    return true;
  }
  bool batch_text(const std::string& value) {
    ++seen_;
    if (key_ == "recorded_at") return parsed(batch_.recorded_at, parse_timestamp(value));
    if (key_ != "content" && key_ != "chain") return wrong("a string");
    const auto hash = digest_of(value);
    if (!hash) return malformed("'" + key_ + "' is not a SHA-256 in hexadecimal");
    (key_ == "content" ? batch_.content : batch_.chain) = *hash;
    return true;
  }

  const manifest_visitor& visit_;
  place place_ = place::outside;
  std::string key_;
  archive_manifest found_;
  batch_record batch_;
  int seen_ = 0;
  std::int64_t count_ = -1;
  std::int64_t format_ = 0;
  bool has_batches_ = false;
  std::optional<error> why_;
};

}  // namespace

std::filesystem::path manifest_path(const std::filesystem::path& folder, const std::string& name) {
  return folder / (name + ".json");
}

std::filesystem::path events_path(const std::filesystem::path& folder, const std::string& name) {
  return folder / (name + ".jsonl.gz");
}

result<void> write_manifest(const std::filesystem::path& path, const archive_manifest& what,
                            const batch_source& batches) {
  HOLON_TRY(const auto file, durable_file::create(path));
  std::string out = head_of(what);
  std::string_view between = "\n";
  while (true) {
    HOLON_TRY(const auto batch, batches());
    if (!batch) break;
    out += between;
    add_batch(out, *batch);
    between = ",\n";
    if (out.size() < write_bytes) continue;
    HOLON_CHECK(file->write(out));
    out.clear();
  }
  HOLON_CHECK(file->write(out + "\n]}\n"));
  return file->finish();
}

result<archive_manifest> read_manifest(const std::filesystem::path& path, const manifest_visitor& visit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return failure(errc::not_found, path.string() + ": there is no such file: name one of an archive");
  manifest_reader reader(visit);
  nlohmann::json::sax_parse(file, &reader);
  auto found = std::move(reader).take();
  if (!found) return failure_in(path.string(), std::move(found).error());
  return found;
}

}  // namespace holon
