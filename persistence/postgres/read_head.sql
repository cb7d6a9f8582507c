-- The head: the last row of batches, a transaction without events perhaps. No row: the journal was not made.
select number, batch, last_offset, recorded_at, chain from batches order by number desc limit 1
