-- Makes the empty table restored_month for month $1, which is the last in the archive.
select begin_restore($1::text)
