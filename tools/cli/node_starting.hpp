// Starts a node as the settings say, for the commands that let holons work.
#pragma once

#include <memory>

#include "actors/runtime/node.hpp"
#include "config/settings.hpp"

namespace holon::cli {

/// How long a command waits for the read models to come to the end of the journal before it shows them.
inline constexpr std::chrono::minutes read_models_patience{10};

/// Opens the journal to write and its read models, which follow live. `schema_only`: a stream type that no C++ knows,
/// empty: none. Errors as of open_journal, open_read_models and node::start.
[[nodiscard]] result<std::unique_ptr<node>> start_node(const settings& settings, const std::string& schema_only,
                                                       std::shared_ptr<row_store> read_models);

}  // namespace holon::cli
