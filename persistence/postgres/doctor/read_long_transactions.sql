-- Transactions that began more than $1 ago (an interval), or have done nothing for $2: pid, user, program, state, how
-- long in all, when their last statement began, and whether they hold back vacuum. The oldest first.
select pid, usename::text, application_name, state, date_trunc('second', now() - xact_start)::text,
       to_char(query_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), backend_xmin is not null
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
  and backend_type = 'client backend'
  and (xact_start < now() - $1::interval
       or (state like 'idle in transaction%' and state_change < now() - $2::interval))
order by xact_start
