-- The place to go back to when the month cannot be detached at this moment.
savepoint detaching
