-- Makes the months up to $1 from now; see migrations/0002_partitions.sql.
select make_partitions_ahead($1::integer)
