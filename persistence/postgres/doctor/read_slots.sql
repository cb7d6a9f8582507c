-- Replication slots: name, whether somebody uses it, what the server says of its WAL (null: it holds none), how much of
-- it the slot holds back in bytes and in words, and whether it holds back vacuum too.
select slot_name, active, wal_status, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint,
       pg_size_pretty(coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)), xmin is not null
from pg_replication_slots order by slot_name
