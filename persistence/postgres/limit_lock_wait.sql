-- Of a batch behind another one that its writer has to end: whoever has locked what this one wants may be waiting for
-- just that batch, so it waits for no lock for long.
set local lock_timeout = '100ms'
