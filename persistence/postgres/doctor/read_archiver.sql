-- Whether WAL is archived, how many files were and how often that failed, and whether the last attempt failed. One row.
select current_setting('archive_mode') <> 'off', archived_count, failed_count,
       coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false), last_failed_wal
from pg_stat_archiver
