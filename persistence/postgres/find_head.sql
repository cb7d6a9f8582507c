-- The head as readers are told of it: number of the last transaction, batches with events, last offset, when the last
-- event was recorded, chain. No row: the journal was not made.
select b.number, b.batch, b.last_offset,
       case when b.last_offset >= b.first_offset then b.recorded_at
            else coalesce((select e.recorded_at from events e where e.global_offset = b.last_offset), b.recorded_at) end,
       b.chain
from batches b order by b.number desc limit 1
