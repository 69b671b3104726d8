-- What was built up beside a board becomes the board, but for its row. KEYS all that is kept of what was built up, its
-- meta first; the same of the board; its cache. ARGV row (it holds a token, so that asking twice is asking once), epoch,
-- 'replace' if it may take another's place.
local places = (#KEYS - 1) / 2
local row = redis.call('HGET', KEYS[places + 1], 'row')
if row == ARGV[1] then return 'settled' end
if redis.call('EXISTS', KEYS[1]) == 0 then
  return row and {'exists', row} or 'unknown'
end
if row and ARGV[3] ~= 'replace' then return {'exists', row} end
for place = 1, places do
  redis.call('DEL', KEYS[places + place])
  if redis.call('EXISTS', KEYS[place]) == 1 then redis.call('RENAME', KEYS[place], KEYS[places + place]) end
end
redis.call('DEL', KEYS[2 * places + 1])
redis.call('HSET', KEYS[places + 1], 'row', ARGV[1], 'epoch', ARGV[2])
return 'settled'
