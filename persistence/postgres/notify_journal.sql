-- Lets all who listen to this journal know that it has grown. Anybody may notify, so nothing is said but that: they look.
select pg_notify('holon_' || replace(journal_id::text, '-', ''), '') from journal_info
