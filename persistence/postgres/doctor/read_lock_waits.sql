-- Sessions that have waited for a lock for more than $1 (an interval), in this database: pid, user, for what, how long,
-- and the pids that they wait for.
select w.pid, a.usename::text,
       coalesce(w.relation::regclass::text,
                case when w.locktype = 'advisory' and w.classid = to_regclass('batches')::oid then 'the turn to append'
                     else 'a ' || w.locktype end),
       date_trunc('second', now() - w.waitstart)::text, array_to_string(pg_blocking_pids(w.pid), ', ')
from pg_locks w join pg_stat_activity a on a.pid = w.pid
where not w.granted and a.datname = current_database() and w.waitstart < now() - $1::interval
order by w.waitstart
