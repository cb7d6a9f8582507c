-- What was written to the WAL since a moment: in words, records, images of whole pages, and how often its buffers were
-- full. One row.
select pg_size_pretty(wal_bytes), wal_records, wal_fpi, wal_buffers_full,
       to_char(stats_reset at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from pg_stat_wal
