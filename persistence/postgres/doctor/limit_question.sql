-- For the rest of the transaction: how long a statement may take ($1) and wait for a lock ($2), in milliseconds.
select set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)
