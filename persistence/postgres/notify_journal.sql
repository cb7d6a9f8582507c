-- Lets all who listen know that the journal has grown up to offset $1, in digits.
select pg_notify('holon_journal', $1::text)
