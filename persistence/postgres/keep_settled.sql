-- Remembers a command that was answered without an event: $1 command, $2 stream, $3 version of the stream, $4 code (empty:
-- accepted), $5 text, $6 and $7 as $15 and $16 of append_event. The first answer to a command stays.
insert into settled_commands
values ($1, $2, $3, $4, $5, greatest($6::timestamptz, coalesce($7::timestamptz, now())))
on conflict (command_id) do nothing
