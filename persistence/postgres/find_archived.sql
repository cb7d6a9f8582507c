-- The first month in the archive that has events after offset $1: name, first and last offset. No row: there is none.
select name, first_offset, last_offset from journal_partitions
where archived_at is not null and last_offset > $1::bigint order by first_offset limit 1
