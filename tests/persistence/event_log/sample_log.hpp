// Vocabulary of the event log tests: a text becomes a file, is read, and its events and outcome are kept.
#pragma once

#include <zlib.h>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/event_log/event_log.hpp"

namespace holon::sample {

struct reading {
  result<log_summary> outcome;
  std::vector<log_event> events;
};

inline std::filesystem::path write_file(const std::string& name, std::string_view content) {
  const char* folder = std::getenv("TEST_TMPDIR");
  auto path = (folder == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path(folder)) / name;
  std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
  return path;
}

inline reading read_source(const log_source& source) {
  reading read;
  read.outcome = read_event_log(source, [&](const log_event& event) -> result<void> {
    read.events.push_back(event);
    return {};
  });
  return read;
}

inline reading read_text(const std::string& name, std::string_view content, const csv_mapping& mapping = {}) {
  return read_source({.path = write_file(name, content), .csv = mapping});
}

/// The events of a log that is good.
inline std::vector<log_event> events_of(const std::string& name, std::string_view content,
                                        const csv_mapping& mapping = {}) {
  auto read = read_text(name, content, mapping);
  BOOST_REQUIRE_MESSAGE(read.outcome.has_value(), (read.outcome ? "" : read.outcome.error().text));
  BOOST_TEST(read.outcome->events == static_cast<std::int64_t>(read.events.size()));
  return std::move(read.events);
}

/// The error has this code, and its text begins with the file and the line and says this.
inline void expect_error(const reading& read, errc code, std::string_view where, std::string_view what) {
  BOOST_REQUIRE_MESSAGE(!read.outcome, "the log was read without an error, but should say: " << what);
  const auto& problem = read.outcome.error();
  BOOST_TEST(to_string(problem.code) == to_string(code));
  BOOST_TEST(problem.text.starts_with(where), "'" << problem.text << "' should begin with '" << where << "'");
  BOOST_TEST(problem.text.find(what) != std::string::npos, "'" << problem.text << "' should say '" << what << "'");
}

inline std::string gzipped(std::string_view text) {
  z_stream stream{};
  constexpr int gzip_window_bits = 15 + 16;
  BOOST_REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  BOOST_REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace holon::sample
