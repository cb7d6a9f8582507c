-- Copies what is in the log into the file, as far as no reader is in the way; waits for nobody.
pragma wal_checkpoint(passive)
