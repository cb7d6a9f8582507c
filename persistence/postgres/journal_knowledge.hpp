// What a writer knows of the journal, and what it has to do before it may answer a batch.
//
// Pure: it hears what was read, committed and lost, and says what comes next. An outcome that says how far a stream is
// ("the check holds", "the stream is at 7") is true of one moment between the call and its return, because
//  - a batch that takes the next number proves that nobody else committed since the head that it was drafted upon;
//  - a batch that takes none is answered only from what was read after it was submitted (a look).
// An append that was given up in doubt may still commit, until its number is taken. While that is open, a batch that
// would only look takes the number with an empty row (a fence): from then on the append happened or never will.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "persistence/postgres/append_draft.hpp"
#include "persistence/stream_heads.hpp"

namespace holon::postgres {

/// A moment in the life of one writer; later ones are greater.
using tick = std::uint64_t;

/// One event that others wrote.
struct stream_change {
  stream_id stream;
  stream_version version;
  std::string_view type;
};

/// What was read of the journal in one flight: its head, then what is new.
struct journal_news {
  known_head head;
  /// The number that the writer took for the last has the chain that it knows. False: it is another journal, as on a
  /// standby that was promoted before it had everything.
  bool continues = false;
  /// Every event after the known head, in order; nothing: there are too many, or the head was not known.
  std::optional<std::span<const stream_change>> changes;
};

/// A transaction whose end is not known: it may have taken this number, and its row has this content then.
struct transaction_doubt {
  std::int64_t number = 0;
  std::string content;
};

/// One thread at a time.
class journal_knowledge {
 public:
  enum class next_step : std::uint8_t {
    write,   ///< the batch has something to write: take the next number
    fence,   ///< it has not, but a given-up append may still commit: take the next number with an empty row
    look,    ///< it has not, and what it says of streams may have passed: read the news
    answer,  ///< all that it says is true
  };

  /// A new moment, after all that have been. Taken when a batch is submitted, after streams were looked up for it, and
  /// before news are asked for.
  [[nodiscard]] tick next_tick() { return ++now_; }

  /// What comes next for a batch that was drafted upon this knowledge. `needs`: the later one of when it was submitted
  /// and when streams were last looked up for it.
  [[nodiscard]] next_step next(std::span<const append_request* const> batch, const append_draft& draft,
                               tick needs) const;

  // ---- the head

  [[nodiscard]] bool has_head() const { return head_.has_value(); }
  /// Only if has_head().
  [[nodiscard]] const known_head& head() const { return *head_; }
  /// True of head().
  [[nodiscard]] stream_heads& heads() { return heads_; }
  [[nodiscard]] const stream_heads& heads() const { return heads_; }

  /// The connection was lost: nothing tells what has changed since.
  void forget() { head_.reset(); }
  /// `begun`: a tick from before the news were asked for. True: somebody else has committed since. The changes may be
  /// newer than the head.
  bool learn(const journal_news& news, tick begun);
  /// The writer's own batch is committed, and its streams are in heads().
  void committed(const known_head& after);

  // ---- doubt

  /// The reply to a COMMIT for this number was lost.
  void doubt(transaction_doubt about);
  /// The batch in doubt is answered with errc::in_doubt. Its doubt stays until its number is taken.
  void give_up();
  /// Not null: the number is taken, perhaps by the batch in hand, whose row has this content; look the row up.
  [[nodiscard]] const transaction_doubt* doubt_to_settle() const;
  /// It was looked up.
  void settle_doubt() { doubt_.reset(); }
  /// Some append may still commit: that of the batch in hand, or one that was given up.
  [[nodiscard]] bool has_doubt() const { return doubt_.has_value(); }
  /// Whether the batch in hand was committed is not known.
  [[nodiscard]] bool in_doubt() const { return doubt_ && !given_up_; }

 private:
  void close_doubt();

  std::optional<known_head> head_;
  stream_heads heads_;
  tick now_ = 0;
  tick true_at_ = 0;  // head_ and heads_ were read after this moment
  std::optional<transaction_doubt> doubt_;
  bool given_up_ = false;
};

}  // namespace holon::postgres
