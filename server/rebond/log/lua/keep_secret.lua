-- The secret all nodes share: the first that was proposed. KEYS secret. ARGV a draft, which one it may replace ('': none).
local kept = redis.call('GET', KEYS[1])
if not kept or kept == ARGV[2] then kept = ARGV[1] end
-- Written in any case: what confirms this write confirms that of whoever was first, too (LG2).
redis.call('SET', KEYS[1], kept)
return {'kept', kept}
