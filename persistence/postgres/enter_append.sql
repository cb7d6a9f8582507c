-- The time of the transaction, and false if another writer waits for its turn (lock_appends).
select now(), pg_try_advisory_xact_lock_shared('batches'::regclass::oid::int4, 1)
