// Damages good logs at random: whatever comes in, the answer is events or a clear error, never a crash.
#define BOOST_TEST_MODULE mutated_log
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "tests/persistence/event_log/sample_log.hpp"

namespace holon {
namespace {

using sample::read_text;

constexpr std::uint64_t usual_seed = 20261120;
// Long under HOLON_LONG=1 (tools/test --long).
const int rounds = std::getenv("HOLON_LONG") == nullptr ? 1500 : 100'000;

// HOLON_SEED=… tries another damage, or one again that failed.
std::uint64_t seed() {
  const char* given = std::getenv("HOLON_SEED");
  return given == nullptr ? usual_seed : std::strtoull(given, nullptr, 10);
}

const std::string xes = R"(<?xml version="1.0" encoding="UTF-8"?>
<log><global scope="event"><string key="concept:name" value="?"/></global>
<trace><string key="concept:name" value="c1"/><float key="sum" value="0.5"/>
<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2020-01-01T00:00:00Z"/>
<list key="l"><values><int key="k" value="1"/><id key="k" value="&quot;"/></values></list></event>
<event><string key="org:group" value="é"><container key="c"><boolean key="b" value="true"/></container></string></event>
</trace></log>)";
const std::string csv =
    "case:concept:name,concept:name,time:timestamp,x\nc1,a,2020-01-01,\"é\"\"\n,\"\nc1,b,,\r\n\nc2,a,2020-01-02,4\n";
const std::string json_lines =
    R"({"case:concept:name":"c1","concept:name":"a","time:timestamp":"2020-01-01","x":[1,-2.5e3]}
{"case:concept:name":7,"concept:name":"b","o":{"é":"\u00e9\n","n":null,"t":true}}
)";

class damage {
 public:
  explicit damage(std::uint64_t start) : random_(start) {}

  std::string of(std::string text) {
    for (std::size_t i = 0; i <= below(4); ++i) once(text);
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  void once(std::string& text) {
    if (text.empty()) return;
    const std::size_t at = below(text.size());
    const std::size_t length = 1 + below(16);
    static constexpr std::string_view telling("<>/\"'&;,:{}[]\\\n\r\t 0e-+.\0\x1f\xEF\xFF", 28);
    switch (below(6)) {
      case 0: text[at] = static_cast<char>(below(256)); break;
      case 1: text[at] = telling[below(telling.size())]; break;
      case 2: text.erase(at, length); break;
      case 3: text.insert(at, text.substr(below(text.size()), length)); break;
      case 4: text.insert(at, 1, telling[below(telling.size())]); break;
      default: text.resize(at); break;
    }
  }

  std::mt19937_64 random_;
};

void check_answer(const sample::reading& read, const std::string& name) {
  for (const auto& event : read.events) {
    BOOST_TEST(!event.case_id.empty());
    BOOST_TEST(!event.activity.empty());
    BOOST_TEST(nlohmann::json::parse(event.attributes, nullptr, false).is_object(), event.attributes);
  }
  if (read.outcome) return;
  BOOST_TEST((read.outcome.error().code == errc::malformed || read.outcome.error().code == errc::invalid_argument));
  BOOST_TEST(read.outcome.error().text.starts_with(name + ": "), read.outcome.error().text);
  BOOST_TEST(read.outcome.error().text.size() > name.size() + 10, read.outcome.error().text);
}

// Some are read, some are refused: otherwise the damage would be too small or too great to tell anything.
void try_damaged(const std::string& name, const std::string& good) {
  BOOST_TEST_CONTEXT("HOLON_SEED=" << seed()) {
    damage damaged(seed());
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
      BOOST_TEST_CONTEXT("round " << round) {
        const auto read = read_text(name, damaged.of(good));
        check_answer(read, name);
        refused += read.outcome ? 0 : 1;
      }
    }
    BOOST_TEST(refused > rounds / 10);
    BOOST_TEST(refused < rounds);
  }
}

BOOST_AUTO_TEST_CASE(damaged_xes_gives_events_or_a_clear_error) { try_damaged("log.xes", xes); }
BOOST_AUTO_TEST_CASE(damaged_csv_gives_events_or_a_clear_error) { try_damaged("log.csv", csv); }
BOOST_AUTO_TEST_CASE(damaged_json_lines_give_events_or_a_clear_error) { try_damaged("log.jsonl", json_lines); }

BOOST_AUTO_TEST_CASE(damaged_gzip_gives_events_or_a_clear_error) { try_damaged("log.csv.gz", sample::gzipped(csv)); }

}  // namespace
}  // namespace holon
