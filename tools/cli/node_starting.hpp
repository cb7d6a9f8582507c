// Starts a node as the settings say, for the commands that let holons work.
#pragma once

#include <memory>

#include "actors/runtime/node.hpp"
#include "config/settings.hpp"
#include "tools/cli/output.hpp"

namespace holon::cli {

/// How long a command waits for read models that do not come on at all.
inline constexpr std::chrono::seconds read_models_patience{10};

/// A node on a journal that was opened to write; its read models follow live, and `watching` hears of it. Errors as of
/// node::start.
[[nodiscard]] result<std::unique_ptr<node>> start_node(const settings& settings, std::shared_ptr<journal> store,
                                                       std::shared_ptr<row_store> read_models,
                                                       std::shared_ptr<observer> watching);

/// Waits until the read models have seen all that the node has committed, for as long as they come on and nobody
/// interrupts; says so on `out` if they are behind all the same.
void wait_for_read_models(const node& on, output& out);

}  // namespace holon::cli
