#include "actors/som/workload.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "actors/som/compliance_item.hpp"
#include "actors/som/organisation.hpp"
#include "actors/som/person.hpp"
#include "actors/som/task.hpp"

namespace som {
namespace {

// Names of workload holons live in a space of their own (a random UUID, made once).
constexpr holon::uuid workload_space{
    {0x5d, 0x0a, 0x4c, 0x1e, 0x9b, 0x37, 0x4f, 0x62, 0x8d, 0x11, 0x27, 0xe8, 0x60, 0xb4, 0xf3, 0xa9}};

// Of each kind: its stream type, and how much earlier its holons begin than tasks do.
struct kind_facts {
  std::string_view holon_type;
  std::int64_t eagerness;
};
constexpr std::array<kind_facts, 4> facts{
    {{organisation::name, 50}, {person::name, 10}, {task::name, 1}, {compliance_item::name, 1}}};

constexpr std::uint64_t begin_percent = 30;  // of the steps begin a holon, while there is room
constexpr std::uint64_t seconds_between_steps_max = 20;

}  // namespace

holon::stream_id workload_id(std::uint64_t seed, std::string_view holon_type, std::int64_t number) {
  std::string name = std::to_string(seed);
  ((name += '/') += holon_type) += '/';
  return {holon::uuid_v5(workload_space, name += std::to_string(number))};
}

workload::workload(std::uint64_t seed, const workload_size& size)
    : seed_(seed),
      size_(size),
      // Another start gives other holons, so it may as well give them other lives.
      dice_(seed ^ (static_cast<std::uint64_t>(size.first) * 0x9E3779B97F4A7C15ull)),
      now_(size.start),
      wanted_{std::max<std::int64_t>(size.organisations, 1), std::max<std::int64_t>(size.people, 1),
              std::max<std::int64_t>(size.tasks, 0), std::max<std::int64_t>(size.compliance_items, 0)} {
  lives_.resize(holons_at_work_max);
}

std::optional<step> workload::next() {
  if (may_begin() && (at_work_ == 0 || dice_.in_hundred(begin_percent))) {
    begin_life();
    return take_step(at_work_ - 1);
  }
  if (at_work_ == 0) return std::nullopt;
  return take_step(dice_.below(at_work_));
}

std::int64_t workload::to_begin(kind what) const {
  const auto which = static_cast<std::size_t>(what);
  return wanted_[which] - begun_[which];
}

bool workload::may_begin() const { return at_work_ < lives_.size() && begun_ != wanted_; }

// Each kind as likely as what is left of it, times its eagerness. The others need an organisation and a person.
workload::kind workload::choose_kind() {
  if (organisations_.empty()) return kind::organisation;
  if (people_.empty()) return kind::person;
  std::array<std::int64_t, kinds> weights{};
  for (std::size_t i = 0; i < kinds; ++i) weights[i] = to_begin(static_cast<kind>(i)) * facts[i].eagerness;
  const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  auto drawn = static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>(total)));
  std::size_t chosen = 0;
  while (drawn >= weights[chosen]) drawn -= weights[chosen++];
  return static_cast<kind>(chosen);
}

void workload::begin_life() {
  const auto what = choose_kind();
  const auto which = static_cast<std::size_t>(what);
  const auto number = size_.first + begun_[which]++;
  life& one = lives_[at_work_++];
  one.what = what;
  one.id = workload_id(seed_, facts[which].holon_type, number);
  one.script.clear();
  write_script(one, number);
}

void workload::write_script(life& one, std::int64_t number) {
  const life_context at{
      .dice = dice_, .self = one.id, .number = number, .now = now_, .organisations = organisations_, .people = people_};
  switch (one.what) {
    case kind::organisation:
      if (write_organisation(one.script, at)) organisations_.push_back(one.id);
      return;
    case kind::person:
      write_person(one.script, at);
      people_.push_back(one.id);
      return;
    case kind::task: return write_task(one.script, at);
    case kind::compliance_item: return write_compliance_item(one.script, at);
  }
}

step workload::take_step(std::size_t which) {
  life& one = lives_[which];
  auto planned = one.script.take_next();
  now_ += std::chrono::seconds(1 + dice_.below(seconds_between_steps_max));
  ++given_;
  step taken{.stream = one.id,
             .holon_type = facts[static_cast<std::size_t>(one.what)].holon_type,
             .command = std::move(planned.command),
             .occurred_at = now_,
             .expected = planned.expected};
  if (one.script.at_end()) std::swap(one, lives_[--at_work_]);
  return taken;
}

}  // namespace som
