-- Opens a read transaction: until end_moment all reads of this connection see the journal as of the first of them.
begin
