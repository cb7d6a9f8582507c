-- What this user may do with each table of the journal, months too: name, whether it is a month, whether it is there,
-- then select, insert, update, delete, truncate (null: it is not there).
with journal (name) as (
  select unnest(array['journal_migrations', 'journal_info', 'journal_partitions', 'batches', 'events', 'sealed_streams',
                      'sealed_event_ids', 'settled_commands', 'snapshots', 'stream_metadata', 'archived_streams'])
), tables (name, is_month, id) as (
  select j.name, false, c.oid
  from journal j left join (pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema())
    on c.relname = j.name
  union all
  select c.relname, true, c.oid
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = to_regclass(quote_ident(current_schema()) || '.events')
)
select name, is_month, id is not null, has_table_privilege(id, 'select'), has_table_privilege(id, 'insert'),
       has_table_privilege(id, 'update'), has_table_privilege(id, 'delete'), has_table_privilege(id, 'truncate')
from tables order by is_month, name
