-- Ends what begin_moment began.
commit
