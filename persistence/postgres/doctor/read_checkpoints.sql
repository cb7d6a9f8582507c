-- Checkpoints that came by the clock and those that came because max_wal_size was reached. One row. PostgreSQL 17 on.
select num_timed, num_requested from pg_stat_checkpointer
