-- Keeps a snapshot if it is not older than the one that is there: $1 stream, $2 version, $3 schema, $4 state.
insert into snapshots values ($1, $2, $3, $4)
on conflict (stream_id) do update set version = excluded.version, state_schema = excluded.state_schema,
  state = excluded.state where excluded.version >= snapshots.version
