-- LG7: who is known, all or those named. KEYS meta, people, devices. ARGV nothing, or a device.
if not ARGV[1] then return answer('people', redis.call('HGETALL', KEYS[2])) end
local participant = redis.call('HGET', KEYS[3], ARGV[1])
if not participant then return answer('people', {}) end
return answer('people', {participant, redis.call('HGET', KEYS[2], participant)})
