-- Gives back what was locked in vain.
rollback to savepoint detaching
