-- The settings that matter to a journal, as the sessions of this user have them: name, value as it is spoken, value in
-- bytes or milliseconds (null: not a number), where it comes from, what it takes to change it. A setting without a row:
-- this version of the server has no such setting.
select name, current_setting(name), source, context,
       case when vartype in ('integer', 'real') then
         (setting::numeric * case unit when 'kB' then 1024 when '8kB' then 8192 when 'MB' then 1048576
                                       when 's' then 1000 when 'min' then 60000 else 1 end)::double precision
       end
from pg_settings
where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_level', 'jit', 'random_page_cost',
               'max_wal_size', 'checkpoint_timeout', 'shared_buffers', 'autovacuum', 'track_counts',
               'default_transaction_isolation', 'default_transaction_read_only', 'idle_in_transaction_session_timeout',
               'statement_timeout', 'transaction_timeout', 'data_checksums', 'server_encoding')
order by name
