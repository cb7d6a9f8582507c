#include "tools/bench/postgres/lane.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "tools/bench/measure.hpp"

namespace holon::bench {
namespace {

using rounds_of_lane = std::vector<lane_figures>;
using all_rounds = std::map<std::string_view, rounds_of_lane>;

const lane& lane_of(std::span<const lane> lanes, std::string_view name) {
  const auto found =
      std::find_if(lanes.begin(), lanes.end(), [&](const lane& one) { return one.listing.name == name; });
  HOLON_ASSERT(found != lanes.end(), "a lane is compared to one of the same table");
  return *found;
}

void want(std::span<const lane> lanes, std::string_view name, std::set<std::string_view>& wanted) {
  const auto& one = lane_of(lanes, name);
  if (!wanted.insert(one.listing.name).second) return;
  for (const auto other : {one.against, one.best_of.first, one.best_of.second})
    if (!other.empty()) want(lanes, other, wanted);
}

// In the order of the table.
std::vector<const lane*> chosen(std::span<const lane> lanes, const std::vector<std::string>& only) {
  std::set<std::string_view> wanted;
  for (const auto& name : only) want(lanes, name, wanted);
  std::vector<const lane*> some;
  for (const auto& one : lanes)
    if (only.empty() || wanted.contains(one.listing.name)) some.push_back(&one);
  return some;
}

template <class Figure>
double median_of(const rounds_of_lane& rounds, const Figure& figure) {
  std::vector<double> values;
  for (const auto& round : rounds) values.push_back(figure(round));
  return median(std::move(values));
}

double rate_of(const lane_figures& round) { return round.rate; }
double p50_of(const lane_figures& round) { return round.p50_microseconds.value_or(0); }
double p99_of(const lane_figures& round) { return round.p99_microseconds.value_or(0); }

// Round by round: what slows the machine down for a minute slows down both.
double ratio_of(const rounds_of_lane& ours, const rounds_of_lane& theirs, comparison compared) {
  const auto figure = compared == comparison::rates ? rate_of : p50_of;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double other = figure(theirs[i]);
    ratios.push_back(other > 0 ? figure(ours[i]) / other : 0);
  }
  return median(std::move(ratios));
}

std::string note_of(const lane& one, const rounds_of_lane& rounds, std::string_view best) {
  std::string note;
  const auto add = [&](const std::string& more) { note += (note.empty() ? "" : ", ") + more; };
  if (!best.empty()) add("that is " + std::string(best));
  if (!rounds.back().note.empty()) add(rounds.back().note);
  const double batch = median_of(rounds, [](const lane_figures& round) { return round.batch_events; });
  if (batch > 0) add(std::to_string(static_cast<int>(batch)) + " events a batch");
  if (one.compared == comparison::p50_latencies) add("ratio of the p50 latencies");
  return note;
}

bench_row row_of(const lane& one, const all_rounds& figures, std::string_view best) {
  const auto& rounds = figures.at(one.listing.name);
  bench_row row{
      .name = std::string(one.listing.name), .unit = std::string(one.unit), .rate = median_of(rounds, rate_of)};
  row.note = note_of(one, rounds, best);
  if (row.rate <= 0) return row;
  if (rounds.front().p50_microseconds) row.p50_microseconds = median_of(rounds, p50_of);
  if (rounds.front().p99_microseconds) row.p99_microseconds = median_of(rounds, p99_of);
  row.cpu_microseconds = median_of(rounds, [](const lane_figures& round) { return round.cpu_microseconds; });
  if (one.against.empty()) return row;
  const auto& theirs = figures.at(one.against);
  row.baseline = one.against;
  row.raw_rate = median_of(theirs, rate_of);
  row.ratio = ratio_of(rounds, theirs, one.compared);
  row.goal = one.goal;
  return row;
}

}  // namespace

result<std::vector<bench_row>> run_lanes(std::span<const lane> lanes, const std::vector<std::string>& only, int rounds,
                                         const lane_runner& runner,
                                         const std::function<void(std::string_view)>& progress) {
  const auto some = chosen(lanes, only);
  auto order = some;
  std::erase_if(order, [](const lane* one) { return one->run == nullptr; });
  all_rounds figures;
  for (int round = 1; round <= rounds; ++round) {
    for (const auto* one : order) {
      progress("round " + std::to_string(round) + " of " + std::to_string(rounds) + ": " +
               std::string(one->listing.name));
      auto shown = runner(*one);
      if (!shown) return failure_in(one->listing.name, std::move(shown).error());
      figures[one->listing.name].push_back(*std::move(shown));
    }
    std::reverse(order.begin(), order.end());
  }
  std::map<std::string_view, std::string_view> best;
  for (const auto* one : some) {
    if (one->run != nullptr) continue;
    const auto& [first, second] = one->best_of;
    best[one->listing.name] =
        median_of(figures.at(first), rate_of) >= median_of(figures.at(second), rate_of) ? first : second;
    figures[one->listing.name] = figures.at(best[one->listing.name]);
  }
  std::vector<bench_row> rows;
  for (const auto* one : some) rows.push_back(row_of(*one, figures, best[one->listing.name]));
  return rows;
}

}  // namespace holon::bench
