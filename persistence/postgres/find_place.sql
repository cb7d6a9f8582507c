-- Where a migration would work: the schema (null: the search path names none), the server's version (150004 for 15.4) and
-- the encoding of the database.
select current_schema()::text, current_setting('server_version_num')::integer, current_setting('server_encoding')
