-- Throw away what was built up beside a board. KEYS all that is kept of it.
redis.call('DEL', unpack(KEYS))
return 'discarded'
