-- Months that the journal should have and that are not a partition of events. No row: all are there.
select p.name
from journal_partitions p
where p.archived_at is null
  and not exists (select 1 from pg_inherits i join pg_class c on c.oid = i.inhrelid
                  where i.inhparent = to_regclass(quote_ident(current_schema()) || '.events') and c.relname = p.name)
order by p.from_time
