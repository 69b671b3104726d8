-- LG6: a new epoch, if the board still has the known one. KEYS meta, log, channel. ARGV publishing command, known, new.
if epoch == ARGV[2] then
  epoch = ARGV[3]
  moved(ARGV[1], KEYS[3], {})
end
return answer('epoch')
