-- The last offset recorded at or before ?1; all events of a batch share their time. No row: nothing is that old.
select last_offset from batches where recorded_at <= ?1 order by recorded_at desc, last_offset desc limit 1
