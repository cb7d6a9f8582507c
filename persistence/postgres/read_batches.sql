-- The batches after number $1 up to number $2, those without events too. Fewer rows than numbers: some are missing.
select number, first_offset, last_offset, recorded_at, content, chain from batches
where number > $1::bigint and number <= $2::bigint order by number
