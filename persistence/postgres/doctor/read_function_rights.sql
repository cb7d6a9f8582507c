-- The functions of the journal that appending needs: name, and whether this user may call it. No row: it is not there.
select p.oid::regprocedure::text, has_function_privilege(p.oid, 'execute')
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = current_schema()
  and p.proname in ('refuse_settled', 'make_partition', 'make_partitions_ahead', 'next_to_seal', 'collect_sealed',
                    'mark_sealed')
order by 1
