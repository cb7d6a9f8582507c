-- Makes restored_month the month $1 of the journal.
select finish_restore($1::text)
