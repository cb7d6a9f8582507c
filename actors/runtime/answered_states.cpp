#include "actors/runtime/answered_states.hpp"

#include <utility>

namespace holon::runtime {

answered_states::era answered_states::now() const {
  const std::lock_guard lock{mutex_};
  return era_;
}

std::optional<result<state_answer>> answered_states::ask(stream_id stream, const holon_model* model) {
  const std::unique_lock look{looking_, std::try_to_lock};
  if (!look.owns_lock() || !is_kept(stream, model)) return std::nullopt;
  if (reader_ == nullptr) {
    auto opened = journal_->current_reader();
    if (!opened) return failure(std::move(opened).error());
    reader_ = std::move(*opened);
  }
  const auto version = reader_->version_of(stream);
  if (!version) return failure(version.error());
  if (auto answer = take_if_at(stream, model, *version)) return *std::move(answer);
  return std::nullopt;
}

void answered_states::note(stream_id stream, const holon_model* model, const state_answer& answer, era asked) {
  if (answer.state.size() > answered_state_bytes_max) return;
  const std::lock_guard lock{mutex_};
  if (asked != era_) return;
  auto& at = place_of(stream);
  if (at.stream == stream && at.model == model && at.version == answer.version)
    at.answer = answer;
  else
    at = {.stream = stream, .model = model, .version = answer.version, .answer = std::nullopt};
}

void answered_states::forget() {
  const std::lock_guard lock{mutex_};
  ++era_;
  for (auto& each : *places_) each = {};
}

bool answered_states::is_kept(stream_id stream, const holon_model* model) {
  const std::lock_guard lock{mutex_};
  const auto& at = place_of(stream);
  return at.answer && at.stream == stream && at.model == model;
}

// One that has changed is dropped: it is to be answered twice again.
std::optional<state_answer> answered_states::take_if_at(stream_id stream, const holon_model* model,
                                                        stream_version version) {
  const std::lock_guard lock{mutex_};
  auto& at = place_of(stream);
  if (!at.answer || at.stream != stream || at.model != model) return std::nullopt;
  if (at.version == version) return at.answer;
  at = {};
  return std::nullopt;
}

}  // namespace holon::runtime
