-- The second half of creating a board, from which on it exists: its row, if the code is free.
-- KEYS boards, codes. ARGV id, code, row.
local row = redis.call('HGET', KEYS[1], ARGV[1])
if row == ARGV[3] then return 'entered' end
local owner = redis.call('HGET', KEYS[2], ARGV[2])
if owner and owner ~= ARGV[1] then return 'code' end
-- Whoever enters a board has written its log, which there was not; so another row is what a lost board left (LG6).
if row then redis.call('HDEL', KEYS[2], cmsgpack.unpack(row)[1]) end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'entered'
