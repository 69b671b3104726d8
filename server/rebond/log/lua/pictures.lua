-- Which pictures there are: name, how many bytes, when. KEYS meta, pictures, pictured.
local rows, fields = {}, redis.call('HGETALL', KEYS[3])
for place = 1, #fields, 2 do
  rows[#rows + 1] = {fields[place], redis.call('HSTRLEN', KEYS[2], fields[place]), fields[place + 1]}
end
return answer('pictures', rows)
