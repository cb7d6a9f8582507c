-- Who is asking: whether it is a superuser, and whether it has the rights of the owner of the journal. One row.
select r.rolsuper,
       coalesce(pg_has_role((select c.relowner from pg_class c
                             where c.oid = to_regclass(quote_ident(current_schema()) || '.events')), 'usage'), false)
from pg_roles r where r.rolname = current_user
