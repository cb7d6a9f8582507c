-- How old the oldest transaction and multixact ids of this database are, the age at which the server begins to work
-- against that for each, and the size of the database in words. One row.
select age(datfrozenxid), current_setting('autovacuum_freeze_max_age')::integer, mxid_age(datminmxid),
       current_setting('autovacuum_multixact_freeze_max_age')::integer, pg_size_pretty(pg_database_size(oid))
from pg_database where datname = current_database()
