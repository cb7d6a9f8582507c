-- For the rest of the transaction: how long it may wait for a lock ($1, in milliseconds), and that nothing else ends it.
select set_config('lock_timeout', $1::text, true), set_config('statement_timeout', '0', true),
       set_config('idle_in_transaction_session_timeout', '0', true)
