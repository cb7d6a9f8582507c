-- What was applied, in order. No rows: nothing; without a journal the table is missing (see find_migrations).
select number, name, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), applied_by,
       program_version
from journal_migrations order by number
