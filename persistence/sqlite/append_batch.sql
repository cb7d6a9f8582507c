-- Records a batch that is about to commit: ?1 last offset, ?2 first offset, ?3 recorded_at, ?4 content, ?5 chain.
insert into batches values (?1, ?2, ?3, ?4, ?5)
