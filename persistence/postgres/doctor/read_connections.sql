-- How many connections there may be and are: of all users, those kept for superusers and for those who may use the
-- reserved ones, those in use, the limits of this user and this database (-1: none) and how many each has in use, and
-- whether the reserved ones are for this user. One row.
select current_setting('max_connections')::integer,
       current_setting('superuser_reserved_connections')::integer
         + coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::integer,
       (select count(*) from pg_stat_activity where backend_type = 'client backend'),
       r.rolconnlimit, (select count(*) from pg_stat_activity where usename = current_user),
       d.datconnlimit, (select count(*) from pg_stat_activity where datname = d.datname),
       r.rolsuper
from pg_roles r, pg_database d
where r.rolname = current_user and d.datname = current_database()
