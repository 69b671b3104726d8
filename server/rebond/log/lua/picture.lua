-- One picture; nil where there is none of this name. KEYS meta, pictures, pictured. ARGV name.
return answer('picture', redis.call('HGET', KEYS[2], ARGV[1]))
