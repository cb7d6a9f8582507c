-- Checkpoints that came by the clock and those that came because max_wal_size was reached. One row. PostgreSQL 15, 16.
select checkpoints_timed, checkpoints_req from pg_stat_bgwriter
