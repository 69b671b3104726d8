-- Keep a picture. KEYS meta, pictures, pictured. ARGV name, bytes, when.
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
return answer('put')
