// The benchmarks by name; bench.cpp runs them.
#pragma once

#include "tools/bench/bench.hpp"

namespace holon::bench {

[[nodiscard]] result<bench_row> bench_append(const bench_options& options);
[[nodiscard]] result<bench_row> bench_hot_holon(const bench_options& options);
[[nodiscard]] result<bench_row> bench_one_caller(const bench_options& options);
[[nodiscard]] result<bench_row> bench_refusals(const bench_options& options);
[[nodiscard]] result<bench_row> bench_states(const bench_options& options);
[[nodiscard]] result<bench_row> bench_replay(const bench_options& options);
[[nodiscard]] result<bench_row> bench_catch_up(const bench_options& options);
[[nodiscard]] result<bench_row> bench_activation(const bench_options& options);
[[nodiscard]] result<bench_row> bench_idle_memory(const bench_options& options);
[[nodiscard]] result<bench_row> bench_projection(const bench_options& options);
[[nodiscard]] result<bench_row> bench_observed(const bench_options& options);
[[nodiscard]] result<bench_row> bench_hostile_neighbours(const bench_options& options);

}  // namespace holon::bench
