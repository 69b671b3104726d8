-- The beginning of every script on a board (it is put before the others when they are loaded): where the log is now,
-- how to say so in a reply, how to tell followers. KEYS[1] is the board's meta hash.
--   epoch, seq, base_seq  see interface.py
--   version               counts every change, so that late news is known to be late
--   tip                   a digest of the last record: two logs of equal length with other tips have forked (LG6)
local kept = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'base_seq', 'version', 'tip')
if not kept[1] then return {'unknown'} end
local epoch, seq, base_seq, version, tip = kept[1], tonumber(kept[2]), tonumber(kept[3]), tonumber(kept[4]), kept[5]
local before_seq, before_tip = seq, tip

local function answer(kind, more)
  return {kind, epoch, seq, base_seq, version, tip, more}
end

-- Whether the log has this record there, where the caller knows one. KEYS[2] is its stream.
local function stands_on(place, data)
  if not data then return true end
  local found = redis.call('XRANGE', KEYS[2], place .. '-0', place .. '-0')[1]
  return found and found[2][2] == data
end

-- `by` is SPUBLISH, or PUBLISH where the server does not know that. Where the log ended before is said too, so that who
-- hears it knows whether it goes on from what they know (LG6).
local function moved(by, channel, records)
  version = version + 1
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'seq', seq, 'base_seq', base_seq, 'version', version, 'tip', tip)
  redis.call(by, channel, cmsgpack.pack({epoch, seq, base_seq, version, tip, records, before_seq, before_tip}))
end
