-- The second half of creating a board, from which on it exists: its row, if neither id nor code is taken.
-- KEYS boards, codes. ARGV id, code, row (it holds the creator's token, so that asking twice is asking once).
local row = redis.call('HGET', KEYS[1], ARGV[1])
if row == ARGV[3] then return 'entered' end
if row then return 'exists' end
if redis.call('HSETNX', KEYS[2], ARGV[2], ARGV[1]) == 0 then return 'code' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'entered'
