-- What command ?1 was answered without an event. No row: it was not, or with events.
select stream_id, version, code, explanation from settled_commands where command_id = ?1
