-- GET of one person by a random id out of the file BENCH_IDS, with the key BENCH_TOKEN.
local requests = {}

function init()
  math.randomseed(os.time())
  local headers = { Authorization = "Api-Token " .. os.getenv("BENCH_TOKEN") }
  for id in io.lines(os.getenv("BENCH_IDS")) do
    requests[#requests + 1] = wrk.format("GET", "/api/crm/persons/" .. id .. "/", headers)
  end
end

function request()
  return requests[math.random(#requests)]
end
