-- LG7: forget these pictures. KEYS meta, pictures, pictured. ARGV names.
for _, name in ipairs(ARGV) do
  redis.call('HDEL', KEYS[2], name)
  redis.call('HDEL', KEYS[3], name)
end
return answer('erased')
