-- Moves the head over one batch: ?1 last offset, ?2 recorded_at, ?3 chain; from ?4, the last offset of before.
-- No row changed: another program wrote to this journal.
update head set last_offset = ?1, recorded_at = ?2, batches = batches + 1, chain = ?3 where last_offset = ?4
