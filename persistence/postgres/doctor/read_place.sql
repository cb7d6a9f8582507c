-- Where the examination is: the server's version as text and as a number (150004 for 15.4), database, user, the first
-- schema of the search path (null: none is there), and whether the server is a standby. One row.
select current_setting('server_version'), current_setting('server_version_num')::integer, current_database()::text,
       current_user::text, current_schema()::text, pg_is_in_recovery()
