-- Triggers that keep history from being changed and are switched off or missing: table and trigger. No row: none is.
with needed (table_name, trigger_name) as (
  values ('events', 'events_stay'), ('events', 'events_remain'), ('batches', 'batches_stay'), ('batches', 'batches_remain')
  union all
  select c.relname, t.name
  from pg_inherits i join pg_class c on c.oid = i.inhrelid, (values ('events_stay'), ('remain')) t (name)
  where i.inhparent = to_regclass(quote_ident(current_schema()) || '.events')
)
select w.table_name::text, w.trigger_name::text
from needed w
where not exists (
  select 1 from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = current_schema() and c.relname = w.table_name and t.tgname = w.trigger_name and t.tgenabled in ('O', 'A'))
order by 1, 2
