-- Remembers a command that was answered without an event: ?1 command, ?2 stream, ?3 version of the stream, ?4 code (empty:
-- accepted), ?5 text, ?6 recorded_at. The first answer to a command stays.
insert or ignore into settled_commands values (?1, ?2, ?3, ?4, ?5, ?6)
