-- LG3: a page of records. KEYS meta, log. ARGV first seq, most records, the seq before what the caller asked for.
if tonumber(ARGV[3]) < base_seq then return answer('compacted') end
return answer('read', redis.call('XRANGE', KEYS[2], ARGV[1] .. '-0', '+', 'COUNT', ARGV[2]))
