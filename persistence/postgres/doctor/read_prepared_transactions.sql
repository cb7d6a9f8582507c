-- Transactions that were prepared more than $1 ago (an interval) and wait for COMMIT PREPARED: name, owner, age.
select gid, owner::text, date_trunc('second', now() - prepared)::text
from pg_prepared_xacts where database = current_database() and prepared < now() - $1::interval
order by prepared
