// The benchmarks of the journal in PostgreSQL; bench.hpp tells of them.
#pragma once

#include "tools/bench/bench.hpp"

namespace holon::bench {

[[nodiscard]] std::vector<bench_listing> list_postgres_benches();
[[nodiscard]] result<std::vector<condition>> postgres_conditions(const bench_options& options);
[[nodiscard]] result<std::vector<bench_row>> run_postgres_benches(
    const bench_options& options, const std::function<void(std::string_view)>& progress);

}  // namespace holon::bench
