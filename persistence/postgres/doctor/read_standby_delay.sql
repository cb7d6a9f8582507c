-- Of a standby: how many seconds ago the last transaction that it has was committed (null: it has none), and how much of
-- the WAL that it received it has not replayed, in bytes. One row.
select extract(epoch from now() - pg_last_xact_replay_timestamp())::bigint,
       coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0)::bigint
