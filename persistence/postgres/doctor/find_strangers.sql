-- Partitions of events that are no month of the journal, a default partition too. No row: there are none.
select c.relname::text
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = to_regclass(quote_ident(current_schema()) || '.events')
  and not exists (select 1 from journal_partitions p where p.name = c.relname and p.archived_at is null)
order by 1
