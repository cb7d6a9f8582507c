#include "tests/support/teller.hpp"

#include <string_view>

#include "tests/contract/contract_vocabulary.hpp"

namespace holon::testing {
namespace {

std::string version_in_words(stream_version version) { return "v" + std::to_string(version.value); }

// The value of a field of the account's state, which is canonical JSON.
std::string field_of(const std::string& state, std::string_view name) {
  const auto key = "\"" + std::string(name) + "\":";
  const auto from = state.find(key);
  if (from == std::string::npos) return "?";
  const auto begin = from + key.size();
  return state.substr(begin, state.find_first_of(",}", begin) - begin);
}

}  // namespace

std::string in_words(const result<command_result>& outcome) {
  if (!outcome && outcome.error().code == errc::refused)
    return "refused " + outcome.error().text.substr(0, outcome.error().text.find(':'));
  if (!outcome) return std::string(to_string(outcome.error().code));
  return version_in_words(outcome->version) + (outcome->events == 0 ? " nothing" : "") +
         (outcome->already ? " already" : "");
}

std::string in_words(const result<state_answer>& outcome) {
  if (!outcome) return std::string(to_string(outcome.error().code));
  const bool closed = field_of(outcome->state, "closed") == "true";
  return version_in_words(outcome->version) + " " + field_of(outcome->state, "amount") + (closed ? " closed" : "");
}

bool awaited_answer::is_there() const {
  return words_.wait_for(std::chrono::milliseconds{0}) == std::future_status::ready;
}

std::string awaited_answer::words(std::chrono::milliseconds patience) const {
  return words_.wait_for(patience) == std::future_status::ready ? words_.get() : "no answer";
}

awaited_answer teller::send(bank::account::command asked, number command) const {
  command_context context;
  if (command) context.id = command_number(*command);
  awaited_answer answer;
  at_.send<bank::account>(stream_number(account_), std::move(asked), std::move(context),
                          answer.reply<command_result>());
  return answer;
}

awaited_answer teller::ask() const {
  awaited_answer answer;
  at_.ask_state(stream_number(account_), bank::account::name, answer.reply<state_answer>());
  return answer;
}

}  // namespace holon::testing
