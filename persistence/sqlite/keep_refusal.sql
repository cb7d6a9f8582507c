-- Remembers a refusal: ?1 command, ?2 stream, ?3 code, ?4 text, ?5 recorded_at. The first refusal of a command stays.
insert or ignore into refused_commands values (?1, ?2, ?3, ?4, ?5)
