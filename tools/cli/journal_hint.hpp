// How a command that is suggested finds the journal of the command that suggests it.
#pragma once

#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace holon::cli {

struct journal_hint {
  std::string arguments;    ///< " --journal WHERE" as a shell takes it; empty: it is found without, or cannot be shown
  bool give_again = false;  ///< it cannot be shown, for a password is in it, and is not found without
};

/// `look_up` is the environment of the command. Never holds a password.
[[nodiscard]] journal_hint hint_at(const settings& chosen, const environment& look_up);

/// The text as one word of a shell: in single quotes if it needs them.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace holon::cli
