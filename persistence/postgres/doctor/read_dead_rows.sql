-- Each table of the journal: name, live and dead rows as the server estimates them, when it was last vacuumed and
-- analyzed by anybody (null: never, or the statistics were lost), and the age of its oldest row in transactions.
select s.relname, s.n_live_tup, s.n_dead_tup,
       to_char(greatest(s.last_vacuum, s.last_autovacuum) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(greatest(s.last_analyze, s.last_autoanalyze) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       age(c.relfrozenxid)
from pg_stat_all_tables s join pg_class c on c.oid = s.relid
where s.schemaname = current_schema() and c.relkind = 'r'
  and (s.relname in ('journal_migrations', 'journal_info', 'journal_partitions', 'batches', 'sealed_streams',
                     'sealed_event_ids', 'settled_commands', 'snapshots', 'stream_metadata', 'archived_streams')
       or exists (select 1 from pg_inherits i
                  where i.inhrelid = c.oid and i.inhparent = to_regclass(quote_ident(current_schema()) || '.events')))
order by s.relname
