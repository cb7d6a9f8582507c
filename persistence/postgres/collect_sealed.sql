-- Notes what appends must know of month $1.
select collect_sealed($1::text)
