-- The head of the journal. No row: the file is not a whole journal.
select last_offset, recorded_at, batches, chain from head
