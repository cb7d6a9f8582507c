-- Ends what begin_moment began, so that checkpoints pass again.
commit
