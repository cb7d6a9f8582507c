-- The head as readers are told of it: number of the last transaction, batches with events, last offset, when the last
-- event was recorded, chain. That time is of the first number with this last offset, found by halving, if transactions
-- without events came after it. No row: the journal was not made.
select b.number, b.batch, b.last_offset,
       case when b.last_offset >= b.first_offset then b.recorded_at else coalesce((
         with recursive halving (low, high) as (
           select 0::bigint, b.number
           union all
           select case when m.last_offset < b.last_offset then m.number + 1 else low end,
                  case when m.last_offset < b.last_offset then high else m.number end
           from halving, batches m where low < high and m.number = (low + high) / 2
         )
         select f.recorded_at from batches f where f.number = (select low from halving where low = high)
       ), b.recorded_at) end,
       b.chain
from batches b order by b.number desc limit 1
