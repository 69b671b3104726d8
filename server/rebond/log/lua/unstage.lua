-- Take back what stage.lua wrote, when the directory refused it. KEYS meta, log, base. ARGV the row.
if redis.call('HGET', KEYS[1], 'row') == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) end
return 'unstaged'
