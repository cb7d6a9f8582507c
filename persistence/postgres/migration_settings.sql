-- Settings of one migration, for its transaction only, so that a pooler does not matter. $1 is how long it may wait for
-- any lock. Functions keep this search path (`set search_path from current`): temporary tables come last, not first.
select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true),
       set_config('lock_timeout', $1, true),
       set_config('statement_timeout', '0', true),
       set_config('idle_in_transaction_session_timeout', '0', true),
       set_config('client_min_messages', 'error', true)
