-- Throw away what was built up beside a board. KEYS meta, log, base, people, devices, cache of it.
redis.call('DEL', unpack(KEYS))
return 'discarded'
