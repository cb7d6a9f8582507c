-- What this journal is, and whether a success on this connection is durable. No row, or no such table: no journal.
select journal_id, payload_type, current_setting('synchronous_commit') from journal_info
