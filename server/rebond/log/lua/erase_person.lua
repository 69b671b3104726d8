-- LG7: forget a person. KEYS meta, people, devices. ARGV participant.
local old = redis.call('HGET', KEYS[2], ARGV[1])
local device = old and cmsgpack.unpack(old)[3]
if device then redis.call('HDEL', KEYS[3], device) end
redis.call('HDEL', KEYS[2], ARGV[1])
return answer('erased')
