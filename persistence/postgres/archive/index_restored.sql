-- Makes the unique indexes of restored_month, which will be month $1. unique_violation: the file has something twice.
select index_restored($1::text)
