-- Keep a run if its saved head is the expected one. Every check comes before the first write, and
-- sending it twice does no harm: the second time the answer is DUP.
--
-- KEYS  session hash, history list, index (left out where it lives in another slot)
-- ARGV  run, expected head, head, revision, state, meta, last played (ms), seconds to live (0: for ever;
--       a time to live of the run's own goes before it), number of the first turn sent, turns...
local session, history, index = KEYS[1], KEYS[2], KEYS[3]
local run, expected, head, rev = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local state, meta, played, ttl, first = ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])

local saved = redis.call('HGET', session, 'head')
ttl = tonumber(redis.call('HGET', session, 'ttl') or ttl)
local kept = redis.call('LLEN', history)
if index then redis.call('ZCARD', index) end

local answer = 'REPAIRED'
if not saved then
  if expected ~= '' then return 'MISSING' end
  answer = 'CREATED'
elseif saved == head then
  if kept == rev then answer = 'DUP' end
elseif saved == expected then
  if kept == first and first > 0 then answer = 'OK' end
else
  return 'CONFLICT'
end
local whole = answer == 'CREATED' or answer == 'REPAIRED'
if whole and first > 0 then return 'GAP' end

if whole then redis.call('DEL', history) end
if answer ~= 'DUP' then
  redis.call('HSET', session, 'head', head, 'rev', rev, 'state', state, 'meta', meta, 'updated', played)
  for i = 10, #ARGV do redis.call('RPUSH', history, ARGV[i]) end
end
for _, key in ipairs({session, history}) do
  if ttl > 0 then redis.call('EXPIRE', key, ttl) else redis.call('PERSIST', key) end
end
if index then redis.call('ZADD', index, played, run) end
return answer
