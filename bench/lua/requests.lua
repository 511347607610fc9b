-- Requests at random out of the file BENCH_REQUESTS (method, path and body, separated by tabs), with the key BENCH_TOKEN.
-- `{n}` in a body becomes a text that no other request has.
local requests = {}
local count = 0
local run = tostring(os.time()) .. "-" .. tostring({}):gsub("%W", "") .. "-"

local function split(body)
  local pieces, from = {}, 1
  while true do
    local at = body:find("{n}", from, true)
    pieces[#pieces + 1] = body:sub(from, at and at - 1)
    if not at then return pieces end
    from = at + 3
  end
end

function init()
  math.randomseed(os.time())
  local token = "Api-Token " .. os.getenv("BENCH_TOKEN")
  local reading = { Authorization = token }
  local writing = { Authorization = token, ["Content-Type"] = "application/json" }
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local method, path, body = line:match("^(.-)\t(.-)\t(.*)$")
    if body == "" then
      requests[#requests + 1] = wrk.format(method, path, reading)
    else
      requests[#requests + 1] = { method = method, path = path, headers = writing, pieces = split(body) }
    end
  end
end

function request()
  local one = requests[math.random(#requests)]
  if type(one) == "string" then return one end
  count = count + 1
  return wrk.format(one.method, one.path, one.headers, table.concat(one.pieces, run .. count))
end
