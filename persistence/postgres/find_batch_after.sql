-- Between which numbers the batches are that end after offset $1: the last that ends there or before, by halving, and
-- the last of all. No row: a number is missing.
with recursive halving (low, high) as (
  select 0::bigint, (select number from batches order by number desc limit 1)
  union all
  select case when b.last_offset <= $1::bigint then b.number else low end,
         case when b.last_offset <= $1 then high else b.number - 1 end
  from halving, batches b where low < high and b.number = (low + high + 1) / 2
)
select low, (select number from batches order by number desc limit 1) from halving where low = high
