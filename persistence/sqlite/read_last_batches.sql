-- The last two batches, the newest first. No row: an empty journal.
select first_offset, last_offset, recorded_at, content, chain from batches order by last_offset desc limit 2
