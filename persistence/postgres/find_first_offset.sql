-- The first offset that can be read: what comes before it is in the archive. One row.
select coalesce(max(last_offset), 0) + 1 from journal_partitions where archived_at is not null
