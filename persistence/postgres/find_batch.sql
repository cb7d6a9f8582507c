-- What took the number $1: its content and recorded_at. No row: nothing did.
select content, recorded_at from batches where number = $1::bigint
