-- The archived months: how many, the last of them, the last offset in them, and how many of their tables are kept.
-- One row.
select count(*), max(p.name), max(p.last_offset),
       count(*) filter (where to_regclass(quote_ident(current_schema()) || '.' || quote_ident(p.name)) is not null)
from journal_partitions p where p.archived_at is not null
