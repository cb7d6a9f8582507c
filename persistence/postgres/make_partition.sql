-- Makes the month of $1, if it is not there.
select make_partition($1::timestamptz)
