-- LG7: the log begins at a new base. KEYS meta, log, base, cache. ARGV publishing command, channel, seq, version,
-- data, the record the log has to have there, if known.
local new = tonumber(ARGV[3])
if new > seq then return answer('beyond') end
if new < base_seq then return answer('compacted') end
if ARGV[6] and new == base_seq then
  -- No record is there to tell by; but whoever asks again because no answer came has to be answered.
  local based = redis.call('HMGET', KEYS[3], 'version', 'data')
  if based[1] ~= ARGV[4] or based[2] ~= ARGV[5] then return answer('compacted') end
elseif not stands_on(ARGV[3], ARGV[6]) then
  return answer('forked')
end
-- XTRIM only marks entries as gone: their bytes would stay in memory and in every file made of it. So what remains is
-- written anew.
local rest = redis.call('XRANGE', KEYS[2], string.format('(%d-0', new), '+')
redis.call('DEL', KEYS[2])
for _, entry in ipairs(rest) do redis.call('XADD', KEYS[2], entry[1], entry[2][1], entry[2][2]) end
-- The cache goes even when it is newer: what is erased may have been in it.
redis.call('DEL', KEYS[3], KEYS[4])
redis.call('HSET', KEYS[3], 'seq', ARGV[3], 'version', ARGV[4], 'data', ARGV[5])
base_seq = new
moved(ARGV[1], ARGV[2], {})
return answer('based')
