-- Takes calls out of a token bucket that is kept as one number: the moment at which it is full again,
-- in microseconds of Redis's own clock.
-- KEYS[1] the bucket; ARGV: microseconds in which one call comes back, the burst, how many are wanted.
-- Answers how many were taken, how many are left, and the microseconds to the next one and to a full bucket.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local per_call = tonumber(ARGV[1])
local capacity = per_call * tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1])) or now
full_at = math.min(math.max(full_at, now), now + capacity)
-- A double has a quarter of a microsecond at this size: not for that shall a whole call be missing.
local free = math.floor((now + capacity - full_at) / per_call + 0.001)
local taken = math.min(free, tonumber(ARGV[3]))
if taken > 0 then
  full_at = full_at + taken * per_call
  redis.call('SET', KEYS[1], string.format('%.2f', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1)
end
local left = free - taken
local to_next = 0
if left < 1 then
  to_next = math.max(1, math.ceil(full_at + per_call - now - capacity))
end
return {taken, left, to_next, math.ceil(full_at - now)}
