-- Months that are over and not sealed: how many, the oldest, and whether that has lasted for more than $1 (an interval).
-- One row.
with head (moment) as (select recorded_at from batches order by number desc limit 1)
select count(*), min(p.name), coalesce(min(p.to_time) < now() - $1::interval, false)
from journal_partitions p, head h where p.sealed_at is null and p.to_time <= h.moment
