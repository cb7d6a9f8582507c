// What the actors of one node say to one another. None of it leaves the process: jobs and states travel as pointers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/command_job.hpp"
#include "actors/rehydrate.hpp"

namespace holon::runtime {

// Router to holon.
struct offer {
  job_ptr job;
};

// Holon to a journal_loader, and back.
struct load {
  stream_id stream;
  const holon_model* model;
};
struct loaded {
  std::shared_ptr<result<loaded_holon>> holon;
};
struct look_up {
  job_ptr job;
};
struct looked_up {
  job_ptr job;
  std::shared_ptr<result<std::optional<command_result>>> found;
};

// The courier to a holon: a job that it had put into the write_queue is settled. Not of plain ones that went through.
struct settled {
  job_ptr job;
};
// The courier, or a holon to itself: plain requests went through, and somebody waits for that.
struct plain_settled {};
struct keep {
  std::shared_ptr<snapshot> taken;
};
struct end_chain {
  std::uint64_t chain;
};
// To the journal_writer: there is something in the write_queue. To the router: in the offer_queue. To a courier: in the
// reply_line. A loader to itself: everything that came before this is loaded in the moment of this number, unless that
// was full before and has gone.
struct flush {
  std::uint64_t moment = 0;
};

// Router to itself, to a holon, and back. `seen` counts the offers that the router has sent to that holon: if both
// agree on it, none is under way, and the holon may go.
struct sweep {};
struct may_sleep {
  std::uint32_t seen;
};
struct asleep {
  stream_id stream;
  std::uint32_t seen;
};
// To the router: this holon has ended by a fault.
struct failed {
  stream_id stream;
};
// To the router: let every holon go, and then yourself. To the commit_hint: end when you have told the last.
struct close {};

// To a projection_runner: there may be more to read; look at what you were told to do. To the commit_hint: there was a
// commit.
struct wake {};

}  // namespace holon::runtime

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::offer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::load)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::look_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::looked_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::settled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::plain_settled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::sweep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::may_sleep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::asleep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::close)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::wake)
