-- The batch that holds offset ?1. No row: the journal does not go that far.
select first_offset, last_offset, recorded_at from batches where last_offset >= ?1 order by last_offset limit 1
