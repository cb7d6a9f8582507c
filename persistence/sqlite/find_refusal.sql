-- The refusal of command ?1. No row: it was not refused.
select stream_id, code, explanation from refused_commands where command_id = ?1
