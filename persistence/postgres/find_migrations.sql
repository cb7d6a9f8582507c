-- Whether this schema has a journal_migrations. One row.
select exists (select 1 from pg_catalog.pg_tables
               where schemaname = current_schema() and tablename = 'journal_migrations')
