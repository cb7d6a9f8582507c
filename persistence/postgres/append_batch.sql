-- Takes the next number of the journal: $1 number, $2 batch, $3 first offset, $4 last offset, $5 recorded_at of the head,
-- $6 the time or null for the server's, $7 the end of the month that the writer knows, $8 content, $9 chain, $10 chain of
-- the head. Gives recorded_at, and false if another writer waits for its turn (lock_appends).
-- unique_violation: somebody else has the number. not_null_violation: the month is over, or the head is not what the
-- writer thinks, as on a standby that was promoted before it had everything.
insert into batches values (
  $1::bigint, $2, $3, $4,
  case when greatest($5::timestamptz, coalesce($6::timestamptz, now())) < $7::timestamptz
            and exists (select 1 from batches where number = $1::bigint - 1 and chain = $10::bytea)
       then greatest($5, coalesce($6, now())) end,
  $8, $9)
returning recorded_at, pg_try_advisory_xact_lock_shared('batches'::regclass::oid::int4, 1)
