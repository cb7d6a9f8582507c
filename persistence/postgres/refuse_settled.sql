-- Ends the transaction with SQLSTATE HL001 if one of the commands $1 was settled without an event.
select refuse_settled($1::uuid[])
