// Scenes that are played rather than left to chance. What comes of each is what the last check in it was told; said of
// a moment that is over, it would hold.
#pragma once

#include "persistence/journal.hpp"

namespace holon::testing {

/// A writer takes number 2 for version 2 of a stream. A server takes over that has not got it, and the writer does not
/// notice, since its connection leads through a pooler; another program takes the numbers 2 and 3 for another stream.
/// The writer is asked whether its stream is at version 2. It was told so, and lost it with good reason, which is why
/// the checker of histories cannot judge such a run.
[[nodiscard]] result<append_result> check_of_a_lost_version();

/// The reply to a COMMIT of a writer is late. Meanwhile another program appends version 2 of a stream, is told so, and
/// asks the writer whether the stream is at version 1; then the reply comes. The seeds seldom get there: it takes a
/// writer that runs ahead, which one among others seldom does.
[[nodiscard]] result<append_result> check_behind_a_late_reply();

}  // namespace holon::testing
