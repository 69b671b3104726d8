-- LG6: a new epoch, if the board still has the known one. KEYS meta, log. ARGV publishing command, channel,
-- known, new.
if epoch == ARGV[3] then
  epoch = ARGV[4]
  moved(ARGV[1], ARGV[2], {})
end
return answer('epoch')
