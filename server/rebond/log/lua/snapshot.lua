-- LG5: the first snapshot there is. KEYS meta, then where to look, in order.
for place = 2, #KEYS do
  local found = redis.call('HMGET', KEYS[place], 'seq', 'version', 'data')
  if found[1] then return answer('snapshot', found) end
end
return answer('none')
