-- Takes the next number of the journal: $1 number, $2 batch, $3 first offset, $4 last offset, $5 recorded_at of the head,
-- $6 the time or null for the server's, $7 the end of the month that the writer knows, $8 content, $9 chain. Gives
-- recorded_at. unique_violation: somebody else has the number. not_null_violation: the month is over.
insert into batches values (
  $1, $2, $3, $4,
  case when greatest($5::timestamptz, coalesce($6::timestamptz, now())) < $7::timestamptz
       then greatest($5, coalesce($6, now())) end,
  $8, $9)
returning recorded_at
