-- Drops the table of month $1, which is in the archive.
select drop_archived($1::text)
