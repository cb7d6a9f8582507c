-- A page of the batches that end after offset ?1, at most ?2 rows. Fewer rows: these were the last.
select first_offset, last_offset, recorded_at, content, chain from batches where last_offset > ?1
order by last_offset limit ?2
