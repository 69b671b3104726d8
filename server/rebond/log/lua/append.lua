-- LG1: compare, append, record, publish; or say what was missed, in the same reply.
-- KEYS meta, log. ARGV publishing command, channel, expected seq, digest of the record there ('' if not known),
-- digest of the last new record, most records in a page, most bytes to publish, the records.
if seq ~= tonumber(ARGV[3]) then
  if tonumber(ARGV[3]) < base_seq then return answer('compacted') end
  if seq < tonumber(ARGV[3]) then return answer('conflict', {}) end
  -- From the expected record on: the caller looks whether it is the one it holds.
  return answer('conflict', redis.call('XRANGE', KEYS[2], ARGV[3] .. '-0', '+', 'COUNT', ARGV[6]))
end
if ARGV[4] ~= '' and tip ~= '' and ARGV[4] ~= tip then return answer('forked') end

local records, bytes = {}, 0
for place = 8, #ARGV do
  seq = seq + 1
  redis.call('XADD', KEYS[2], string.format('%d-0', seq), 'd', ARGV[place])
  records[place - 7] = ARGV[place]
  bytes = bytes + #ARGV[place]
end
tip = ARGV[5]
-- Followers read what is too large to be sent to everybody who may not want it.
if bytes > tonumber(ARGV[7]) then records = {} end
moved(ARGV[1], ARGV[2], records)
return answer('appended')
