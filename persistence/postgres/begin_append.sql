-- Opens a transaction each statement of which sees what was committed before it, whatever the server's default is.
begin isolation level read committed
