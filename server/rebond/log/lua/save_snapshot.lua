-- LG5: keep a newer cache. KEYS meta, cache. ARGV seq, version, data.
local new = tonumber(ARGV[1])
if new > seq then return answer('beyond') end
local old = tonumber(redis.call('HGET', KEYS[2], 'seq') or 0)
if new > base_seq and new >= old then
  redis.call('HSET', KEYS[2], 'seq', ARGV[1], 'version', ARGV[2], 'data', ARGV[3])
end
return answer('saved')
