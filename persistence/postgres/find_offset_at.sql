-- The last offset that was recorded at $1 or before, by halving the numbers of batches; 0 if there is none. No row: a
-- number is missing.
with recursive halving (low, high) as (
  select 0::bigint, (select number from batches order by number desc limit 1)
  union all
  select case when b.recorded_at <= $1::timestamptz then b.number else low end,
         case when b.recorded_at <= $1 then high else b.number - 1 end
  from halving, batches b where low < high and b.number = (low + high + 1) / 2
)
select last_offset from batches where number = (select low from halving where low = high)
