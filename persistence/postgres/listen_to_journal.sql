-- From now on this connection hears when this journal grows, on a channel of the journal's own
-- (decisions/names_of_a_journal.md).
do $$ begin
  execute 'listen holon_' || (select replace(journal_id::text, '-', '') from journal_info);
end $$
