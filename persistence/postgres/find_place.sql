-- Where a migration would work: the schema (null: the search path names none) and the server's version, 150004 for 15.4.
select current_schema()::text, current_setting('server_version_num')::integer
