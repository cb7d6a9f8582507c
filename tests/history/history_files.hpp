// A history as files, so that a run can be looked at after it ended: JSON Lines in one folder.
//
//   run.json       {"clock":"ns","format":1,"journal":"postgresql://…","nodes":4,"seed":7}
//   client-*.jsonl
//   {"call":1200,"client":3,"code":"insufficient_funds","do":"withdraw","amount":12,"k":"op","node":1,"op":7,
//                   "out":"refused","ret":1950,"stream":2,"v":4}
//                  {"at":2010,"id":"…","k":"seen","offset":17,"reader":1,"stream":2,"v":5}
//                  {"at":2500,"k":"fault","what":"terminated a backend"}
//   journal.jsonl  {"batch":3,"id":"…","k":"event","offset":17,"op":6,"payload":"{\"amount\":5}","stream":2,
//                   "type":"MoneyDeposited","v":5}
//
// history_lines.hpp has all members. Left out is what has its default: "id" (no command id), "send" (1), "level"
// (linearizable), "already" (false), "ret" (no reply), "v" (none told), "state" (only "hash" was kept), "command" of an
// event (its own id), "expected" of a part (any version) and "writes" (it is a check).
#pragma once

#include <filesystem>
#include <string>

#include "config/result.hpp"
#include "tests/history/answer_history.hpp"

namespace holon::testing {

/// Makes the folder if it is not there. One file for each client.
/// errc::unavailable: something could not be written.
[[nodiscard]] result<void> write_history(const answer_history& all, const std::filesystem::path& folder);

/// errc::not_found: no run.json, or no such folder. errc::foreign: another format. errc::malformed: a line is not what
/// it should be; the error names file, line and member.
[[nodiscard]] result<answer_history> read_history(const std::filesystem::path& folder);

}  // namespace holon::testing
