-- Indexes of the journal that no statement may use: index and table. No row: all are good.
select i.indexrelid::regclass::text, i.indrelid::regclass::text
from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = current_schema() and not (i.indisvalid and i.indisready and i.indislive)
  and (c.relname in ('journal_migrations', 'journal_info', 'journal_partitions', 'batches', 'events', 'sealed_streams',
                     'sealed_event_ids', 'settled_commands', 'snapshots', 'stream_metadata', 'archived_streams')
       or exists (select 1 from pg_inherits h
                  where h.inhrelid = c.oid and h.inhparent = to_regclass(quote_ident(current_schema()) || '.events')))
order by 1
