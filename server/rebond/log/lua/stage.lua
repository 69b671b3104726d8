-- The first half of creating a board: its log, which nobody finds before the directory has it.
-- KEYS meta, log. ARGV who creates (a token, so that asking twice is asking once), epoch, digest of the last record,
-- the records.
local birth = redis.call('HGET', KEYS[1], 'birth')
if birth == ARGV[1] then return 'staged' end
if birth then return 'exists' end
for place = 4, #ARGV do redis.call('XADD', KEYS[2], string.format('%d-0', place - 3), 'd', ARGV[place]) end
redis.call('HSET', KEYS[1], 'birth', ARGV[1], 'epoch', ARGV[2], 'seq', #ARGV - 3, 'base_seq', 0, 'version', 0,
  'tip', ARGV[3])
return 'staged'
