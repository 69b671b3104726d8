-- HB8: write something that passes away by itself, and publish it, if there is a channel to publish it on.
-- KEYS probe. ARGV token, publishing command, channel.
redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)
if ARGV[2] then redis.call(ARGV[2], ARGV[3], ARGV[1]) end
return 'probed'
