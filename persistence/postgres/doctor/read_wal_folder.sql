-- The size of pg_wal, in bytes and in words, and what it may grow to between two checkpoints and for standbys, in bytes
-- and in words. One row. insufficient_privilege: it takes pg_monitor.
with sizes (used, allowed) as (
  select (select coalesce(sum(size), 0)::bigint from pg_ls_waldir()),
         pg_size_bytes(current_setting('max_wal_size')) + pg_size_bytes(current_setting('wal_keep_size'))
)
select used, pg_size_pretty(used), allowed, pg_size_pretty(allowed) from sizes
