-- Writes something small that was not there before, over what a failed commit left in the log (see commit() in
-- sqlite_appender.cpp). To write a value that is there already would not do: SQLite leaves such a page alone.
update head set doubts_settled = doubts_settled + 1
