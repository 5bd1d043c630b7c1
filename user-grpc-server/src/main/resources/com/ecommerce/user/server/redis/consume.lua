-- Takes one call out of each of several buckets, in order, up to the first bucket that is empty.
-- A bucket is one number: the moment at which it is full again, in microseconds of Redis's own clock
-- (the generic cell rate algorithm, ITU-T I.371).
-- KEYS: the buckets. ARGV: for each bucket, the microseconds in which one call comes back, and the burst.
-- Returns four numbers for each bucket, up to the first empty one: the calls taken (1, or 0 if it was
-- empty), the calls that are left, the microseconds to the next call, and those to a full bucket.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local result = {}
for i, key in ipairs(KEYS) do
  local per_call = tonumber(ARGV[2 * i - 1])
  local capacity = per_call * tonumber(ARGV[2 * i])
  local full_at = tonumber(redis.call('GET', key)) or now
  full_at = math.min(math.max(full_at, now), now + capacity)
  -- A double is exact to a quarter of a microsecond at this size, which must not cost a whole call.
  local free = math.floor((now + capacity - full_at) / per_call + 0.001)
  local taken = math.min(free, 1)
  if taken == 1 then
    full_at = full_at + per_call
    redis.call('SET', key, string.format('%.2f', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1)
  end
  local left = free - taken
  local to_next = 0
  if left < 1 then
    to_next = math.max(1, math.ceil(full_at + per_call - now - capacity))
  end
  for _, number in ipairs({taken, left, to_next, math.ceil(full_at - now)}) do
    table.insert(result, number)
  end
  if taken == 0 then
    break
  end
end
return result
