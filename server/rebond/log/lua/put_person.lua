-- LG7: store or replace a person. KEYS meta, people, devices. ARGV participant, what is kept (msgpack: name, contact,
-- device), the device if there is one.
if ARGV[3] then
  local owner = redis.call('HGET', KEYS[3], ARGV[3])
  if owner and owner ~= ARGV[1] then
    -- Whoever put it there may have had no answer yet: written once more, it is confirmed, or not, with this one (LG2).
    redis.call('HSET', KEYS[3], ARGV[3], owner)
    return answer('taken', owner)
  end
end
local old = redis.call('HGET', KEYS[2], ARGV[1])
local device = old and cmsgpack.unpack(old)[3]
if device then redis.call('HDEL', KEYS[3], device) end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if ARGV[3] then redis.call('HSET', KEYS[3], ARGV[3], ARGV[1]) end
return answer('put')
