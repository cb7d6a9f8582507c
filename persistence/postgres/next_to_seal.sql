-- The oldest month that is over and not sealed; null: none.
select next_to_seal()
