-- The head of the journal: number of the last transaction that wrote, its offset, batches with events, when, and the
-- offset of the last event that is there or was archived (null: none was ever). One row.
select b.number, b.last_offset, b.batch, to_char(b.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       coalesce((select max(global_offset) from events),
                (select max(last_offset) from journal_partitions where archived_at is not null))
from batches b order by b.number desc limit 1
