-- Asks for the addresses in a file by turns, with the headers of a browser, and says in one line how it went.
-- wrk … -s wrk.lua URL -- FILE. A line of FILE: method, path, cookie, body, parted by tabs.

local asked, place = {}, 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local chance = io.open("/dev/urandom", "rb")

-- Another at each call and in each run, whatever the seed: a form that an earlier run has sent would be known again.
local function unique()
  local hex = chance:read(16):gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
  return ("%s-%s-4%s-8%s-%s"):format(hex:sub(1, 8), hex:sub(9, 12), hex:sub(14, 16), hex:sub(18, 20), hex:sub(21))
end

local function formatted(one)
  local headers = {
    ["Accept"] = "text/html,application/xhtml+xml",
    ["Accept-Encoding"] = "gzip, deflate, br, zstd",
    ["Accept-Language"] = "en",
    ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ["X-Forwarded-Proto"] = "https",
    ["X-Forwarded-For"] = "127.0.0.1",
  }
  if one.cookie ~= "" then
    headers["Cookie"] = one.cookie
  end
  if one.method == "POST" then
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    headers["Origin"] = "https://" .. wrk.host .. ":" .. wrk.port
    headers["Sec-Fetch-Site"] = "same-origin"
    return wrk.format("POST", one.path, headers, (one.body:gsub("@unique@", unique)))
  end
  return wrk.format("GET", one.path, headers)
end

local function count(status)
  if status ~= expected and status < 400 then
    unexpected = unexpected + 1
  end
end

-- What is only read is formatted once, and wrk itself counts answers from 400 up: to look at each costs it more than
-- nginx takes to give it. That there are no others is seen before the first round (`bench.drive.warm`).
function init(args)
  math.randomseed(tonumber(args[2]) or 1)
  unexpected = 0
  expected = tonumber(args[3]) or 200
  for line in io.lines(args[1]) do
    local method, path, cookie, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local one = { method = method, path = path, cookie = cookie, body = body }
    one.ready = method == "GET" and formatted(one)
    table.insert(asked, one)
  end
  place = math.random(#asked)
  response = expected ~= 200 and count or nil
end

function request()
  place = place % #asked + 1
  return asked[place].ready or formatted(asked[place])
end

function done(summary, latency, requests)
  local wrong = summary.errors.status
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("unexpected")
  end
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    "measured requests=%d microseconds=%d bytes=%d unexpected=%d failed=%d p50=%d p95=%d p99=%d\n",
    summary.requests, summary.duration, summary.bytes, wrong, failed,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)
  ))
end
