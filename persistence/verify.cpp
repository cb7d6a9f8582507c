#include "persistence/verify.hpp"

#include <algorithm>
#include <unordered_map>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/seen_ids.hpp"

namespace holon {
namespace {

// Batches that are held at a time; the events of these are read in one go.
constexpr std::size_t batches_per_page = 256;
// Ids that wait for a look-up until the page is read, as a visitor must not call its reader. More of them in one page
// do not come from chance.
constexpr std::size_t suspects_max = 1000;
// Events that are missing or cannot be read; with more of them the journal is beyond a list of what is wrong with it.
constexpr std::size_t unreadable_max = 1000;

std::string range(global_offset first, global_offset last) {
  return std::to_string(first.value) + " to " + std::to_string(last.value);
}

class walk {
 public:
  walk(journal_reader& journal, const progress_callback& progress) : journal_(journal), progress_(progress) {}

  result<verification> run() {
    HOLON_TRY(const auto head, journal_.head());
    HOLON_TRY(const auto first, journal_.first_offset());
    if (first > global_offset{1}) HOLON_CHECK(pass_archived(first.plus(-1)));
    while (last_offset_ < head.offset) {
      HOLON_TRY(const auto page, next_batches(head.offset));
      HOLON_CHECK(check_events(page, page.empty() ? head.offset : page.back().last));
      HOLON_CHECK(look_up_suspects());
      if (progress_) progress_(last_offset_);
    }
    check_head(head);
    found_.streams = static_cast<std::int64_t>(streams_.size());
    return std::move(found_);
  }

 private:
  struct stream_state {
    stream_version version;
    std::uint32_t type = 0;
  };
  struct suspect {
    event_id id;
    global_offset offset;
  };

  // The events are elsewhere, but not what is known of them: the walk begins behind them as if it had come that way.
  result<void> pass_archived(global_offset last) {
    HOLON_CHECK(journal_.read_batches({}, [&](const batch_record& batch) {
      if (batch.last <= last) check_place(batch);
      return batch.last < last;
    }));
    if (last_batch_.last != last)
      complain(last,
               "no batch ends where the archived events do, but one at " + std::to_string(last_batch_.last.value));
    HOLON_CHECK(journal_.read_archived_streams(
        [&](const archived_stream& stream) { streams_[stream.stream] = {stream.version, number_of(stream.type)}; }));
    found_.archived = last_offset_ = last;
    last_recorded_ = last_batch_.recorded_at;
    return {};
  }

  void complain(global_offset at, std::string what) { found_.problems.add(at, std::move(what)); }

  result<std::vector<batch_record>> next_batches(global_offset end) {
    std::vector<batch_record> page;
    HOLON_CHECK(journal_.read_batches(last_offset_, [&](const batch_record& batch) {
      if (batch.last <= end) page.push_back(batch);
      return batch.last < end && page.size() < batches_per_page;
    }));
    for (const auto& batch : page) check_place(batch);
    if (page.empty()) complain(last_offset_.next(), "no batch covers the offsets " + range(last_offset_.next(), end));
    return page;
  }

  // The place of a batch among its neighbours, by what is recorded of them.
  void check_place(const batch_record& batch) {
    ++found_.batches;
    if (batch.first != last_batch_.last.next() || batch.last < batch.first)
      complain(batch.first, "the batch of the offsets " + range(batch.first, batch.last) +
                                " follows one that ends at " + std::to_string(last_batch_.last.value));
    if (batch.recorded_at < last_batch_.recorded_at)
      complain(batch.first, "the batch of the offsets " + range(batch.first, batch.last) +
                                " was recorded before the one in front of it");
    if (chain_after(last_batch_.chain, batch.content) != batch.chain)
      complain(batch.first, "the chain breaks at the batch of the offsets " + range(batch.first, batch.last) +
                                ": it does not follow from the batch before");
    last_batch_ = batch;
  }

  result<void> check_events(const std::vector<batch_record>& page, global_offset end) {
    auto batch = page.begin();
    const auto close_batch = [&] {
      if (content_.finish() != batch->content)
        complain(batch->first, "the events at the offsets " + range(batch->first, batch->last) +
                                   " are not those that were committed: the digest of their batch differs");
      ++batch;
    };
    HOLON_TRY(const auto reached, read_events(end, [&](const event_view& event) {
                while (batch != page.end() && event.offset > batch->last) close_batch();
                if (batch != page.end() && event.recorded_at != batch->recorded_at)
                  complain(event.offset, "recorded_at is not that of its batch");
                check_event(event);
                return true;
              }));
    while (batch != page.end()) close_batch();
    if (page.empty()) static_cast<void>(content_.finish());
    check_reached(std::max(end, reached));
    return {};
  }

  // A journal ends a read where an event is missing or cannot be read. That is told, and the read goes on behind it.
  result<global_offset> read_events(global_offset end, const event_visitor& visit) {
    all_query query;
    query.after = last_offset_;
    query.until = end;
    while (query.after < end) {
      auto read = journal_.read_all(query, visit);
      if (read) return read->scanned;
      if (read.error().code != errc::corrupt || ++unreadable_ > unreadable_max) return failure(std::move(read).error());
      const auto first_of_gap = last_offset_ >= query.after;
      query.after = std::max(last_offset_, query.after).next();
      if (first_of_gap) complain(query.after, std::move(read).error().text);
    }
    return end;
  }

  void check_event(const event_view& event) {
    ++found_.events;
    if (event.offset != last_offset_.next()) complain_of_gap(event.offset.plus(-1));
    if (event.recorded_at < last_recorded_) complain(event.offset, "recorded_at goes back");
    check_stream(event);
    check_json(event.offset, "payload", event.payload);
    check_json(event.offset, "metadata", event.metadata);
    if (ids_.insert(event.id)) suspect_id(event);
    content_.add(event);
    last_offset_ = event.offset;
    last_recorded_ = std::max(last_recorded_, event.recorded_at);
  }

  void check_reached(global_offset end) {
    if (last_offset_ < end) complain_of_gap(end);
    last_offset_ = end;
  }

  void complain_of_gap(global_offset last_missing) {
    complain(last_offset_.next(),
             "the events at the offsets " + range(last_offset_.next(), last_missing) + " are missing");
  }

  void check_stream(const event_view& event) {
    const auto type = number_of(event.stream_type);
    const auto [found, is_new] = streams_.try_emplace(event.stream, stream_state{{0}, type});
    auto& state = found->second;
    const auto where = [&] { return "stream " + to_string(event.stream.value); };
    if (event.version != state.version.next())
      complain(event.offset, where() + " goes from version " + std::to_string(state.version.value) + " to " +
                                 std::to_string(event.version.value));
    if (state.type != type)
      complain(event.offset,
               where() + " was of type '" + types_[state.type] + "' and is of type '" + types_[type] + "'");
    state = {event.version, type};
  }

  std::uint32_t number_of(std::string_view type) {
    const auto [found, is_new] =
        type_numbers_.try_emplace(std::string(type), static_cast<std::uint32_t>(types_.size()));
    if (is_new) types_.emplace_back(type);
    return found->second;
  }

  void check_json(global_offset at, const char* field, std::string_view text) {
    const auto canonical = canonical_object(text);
    if (!canonical) return complain(at, std::string(field) + " is not a JSON object: " + canonical.error().text);
    if (*canonical != text) complain(at, std::string(field) + " is not in canonical form");
  }

  void suspect_id(const event_view& event) {
    if (suspects_.size() < suspects_max) return suspects_.push_back({event.id, event.offset});
    complain(event.offset,
             "event id " + to_string(event.id.value) + " is likely there twice: too many such to look up");
  }

  result<void> look_up_suspects() {
    for (const auto& each : suspects_) {
      HOLON_TRY(const auto found, journal_.find_event(each.id));
      if (found && found->offset == each.offset) continue;  // two ids of one fingerprint, by chance
      complain(each.offset, "event id " + to_string(each.id.value) + " is there twice" +
                                (found ? ", also at offset " + std::to_string(found->offset.value) : ""));
    }
    suspects_.clear();
    return {};
  }

  void check_head(const journal_head& head) {
    if (head.offset != last_batch_.last || head.chain != last_batch_.chain || head.batches != found_.batches ||
        head.recorded_at != last_batch_.recorded_at)
      complain(head.offset, "the head does not agree with the last batch, which ends at offset " +
                                std::to_string(last_batch_.last.value));
  }

  journal_reader& journal_;
  const progress_callback& progress_;
  verification found_;
  global_offset last_offset_;
  timestamp last_recorded_ = timestamp::min();
  batch_record last_batch_;
  batch_digest content_;
  std::unordered_map<stream_id, stream_state> streams_;
  std::unordered_map<std::string, std::uint32_t> type_numbers_;
  std::vector<std::string> types_;
  seen_ids ids_;
  std::vector<suspect> suspects_;
  std::size_t unreadable_ = 0;
};

}  // namespace

void problem_list::add(global_offset at, std::string what) {
  if (told.size() < problems_told_max)
    told.push_back({at, std::move(what)});
  else
    ++untold;
}

result<verification> verify(journal_reader& journal, const progress_callback& progress) {
  return walk{journal, progress}.run();
}

}  // namespace holon
