-- A conversation's queue: one hash, a field for each that waits or holds, "ticket deadline wake" as its value.
-- The lowest ticket holds the lock. Tickets are Redis' own time in microseconds, so they grow even
-- when the queue has gone in between, and serve as fencing tokens.
--
-- KEYS[1]  the queue
-- ARGV[1]  whose call it is, a name made by the caller
-- ARGV[2]  microseconds that the caller stays in the queue without calling again; 0 to leave it
-- ARGV[3]  the channel on which the caller is woken
-- ARGV[4]  the caller's ticket if it has one: it keeps its place when Redis has forgotten the queue
--
-- Returns the caller's ticket, 1 if it holds the lock, and the microseconds until the holder's time is up.

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local me, life, wake, ticket = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])

local entries, last = redis.call('HGETALL', KEYS[1]), 0
local head, head_deadline, head_wake, head_name
for i = 1, #entries, 2 do
  local name = entries[i]
  local number, deadline, channel = string.match(entries[i + 1], '^(%d+) (%d+) (.*)$')
  number, deadline = tonumber(number), tonumber(deadline)
  last = math.max(last, number)
  if name == me then
    ticket = number
  elseif deadline < now then
    redis.call('HDEL', KEYS[1], name)
  elseif not head or number < head then
    head, head_deadline, head_wake, head_name = number, deadline, channel, name
  end
end

if life == 0 then
  local held = redis.call('HDEL', KEYS[1], me) == 1 and (not head or ticket < head)
  if held and head then
    redis.call('PUBLISH', head_wake, head_name)
  end
  return {0, 0, 0}
end

if ticket == 0 then
  ticket = math.max(now, last + 1)
end
redis.call('HSET', KEYS[1], me, string.format('%.0f %.0f %s', ticket, now + life, wake))
-- A queue that nobody comes back to must not stay for good.
redis.call('PEXPIRE', KEYS[1], math.ceil(life / 1000) * 10)
if not head or ticket < head then
  return {ticket, 1, life}
end
return {ticket, 0, head_deadline - now}
