-- Ends the transaction: what was written in it is durable once this is answered.
commit
