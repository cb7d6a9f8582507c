-- The head, the server's time, whether what is known of the months has changed since number $1 (a row without content
-- says so: mark_sealed), and the chain at $1: null if there is no such number.
select number, batch, last_offset, recorded_at, chain, clock_timestamp(),
       exists (select 1 from batches where number > $1::bigint and content = ''),
       (select chain from batches where number = $1::bigint)
from batches order by number desc limit 1
