-- Who replicates from here: name, state (null: not for this user to see), synchronous or not, and how far it is behind
-- in bytes, in words, and in seconds (null: nothing was written lately). Who only receives has nothing replayed.
select application_name, state, sync_state, behind::bigint, pg_size_pretty(behind), extract(epoch from replay_lag)::bigint
from pg_stat_replication,
     lateral (select pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, sent_lsn))) lag (behind)
order by application_name, pid
