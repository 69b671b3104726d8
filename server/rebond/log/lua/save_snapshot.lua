-- LG5: keep a newer cache. KEYS meta, log, cache. ARGV seq, version, data, the record the log has to have there, if known.
local new = tonumber(ARGV[1])
if new > seq then return answer('beyond') end
if new <= base_seq then return answer('saved') end
if not stands_on(ARGV[1], ARGV[4]) then return answer('forked') end
if new >= tonumber(redis.call('HGET', KEYS[3], 'seq') or 0) then
  redis.call('HSET', KEYS[3], 'seq', ARGV[1], 'version', ARGV[2], 'data', ARGV[3])
end
return answer('saved')
