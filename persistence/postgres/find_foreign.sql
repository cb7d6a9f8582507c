-- Something of another program that has the name of one of the journal's tables. No row: there is none.
select c.relname::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = current_schema()
  and c.relname in ('events', 'batches', 'journal_info', 'journal_partitions', 'sealed_streams', 'sealed_event_ids',
                    'settled_commands', 'snapshots', 'stream_metadata')
order by c.relname limit 1
