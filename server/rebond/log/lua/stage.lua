-- The first half of creating a board: its log, which nobody finds before the directory has it.
-- KEYS meta, log, base. ARGV the row that the directory is to get (it holds the creator's token, so that asking twice is
-- asking once), epoch, digest of the last record ('' if not known), the base's seq, version ('': there is none) and data,
-- the records.
local row = redis.call('HGET', KEYS[1], 'row')
if row == ARGV[1] then return 'staged' end
if row then return {'exists', row} end
-- What a board left that lost its head is of no use without it.
redis.call('DEL', KEYS[2], KEYS[3])
local base_seq = tonumber(ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[3], 'seq', ARGV[4], 'version', ARGV[5], 'data', ARGV[6]) end
for place = 7, #ARGV do redis.call('XADD', KEYS[2], string.format('%d-0', base_seq + place - 6), 'd', ARGV[place]) end
redis.call('HSET', KEYS[1], 'row', ARGV[1], 'epoch', ARGV[2], 'seq', string.format('%d', base_seq + #ARGV - 6),
  'base_seq', ARGV[4], 'version', 0, 'tip', ARGV[3])
return 'staged'
