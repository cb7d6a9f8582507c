-- The snapshot of stream $1: version, schema, state. No row: it has none.
select version, state_schema, state from snapshots where stream_id = $1::uuid
