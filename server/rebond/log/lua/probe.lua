-- HB8: write something that passes away by itself, and publish it, if there is a channel to publish it on.
-- KEYS probe, channel. ARGV publishing command, token.
redis.call('SET', KEYS[1], ARGV[2], 'PX', 60000)
if KEYS[2] then redis.call(ARGV[1], KEYS[2], ARGV[2]) end
return 'probed'
