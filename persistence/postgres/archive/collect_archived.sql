-- Notes how far the streams of month $1 go, which is the next to be archived.
select collect_archived($1::text)
