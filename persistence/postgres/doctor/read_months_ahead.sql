-- Whether the month of this moment is there, and how many of the months after it are, without a hole. One row.
with recursive ahead (month, ends) as (
  select 0, to_time from journal_partitions where from_time <= now() and now() < to_time
  union all
  select a.month + 1, p.to_time from ahead a join journal_partitions p on p.from_time = a.ends
)
select count(*) > 0, greatest(count(*) - 1, 0) from ahead
