-- Goes on as the owner of the journal, to the end of the transaction: what a migration makes is the owner's too.
-- No row: that is who we are.
select set_config('role', o.rolname, true)
from pg_catalog.pg_class c join pg_catalog.pg_roles o on o.oid = c.relowner
where c.oid = 'journal_migrations'::regclass and o.rolname <> current_user
