-- The snapshot of stream ?1. No row: none was saved.
select version, state_schema, state from snapshots where stream_id = ?1
