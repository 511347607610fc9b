-- POST of a new person of about 750 bytes, with the key BENCH_TOKEN; no two are alike.
local count = 0
local run = tostring(os.time()) .. "-" .. tostring({}):gsub("%W", "")
local note = string.rep("n", 400)
local stages = { "lead", "qualified", "customer" }
local headers = { ["Content-Type"] = "application/json", Authorization = "Api-Token " .. os.getenv("BENCH_TOKEN") }
local template = '{"name":"Person Number %s","primary_email":"p%s@example.test","emails":["p%s@example.test"],'
  .. '"contact_numbers":["+49 30 %08d"],"job_title":"Head of Something","lifecycle_stage":"%s","unique_id":"%s",'
  .. '"metadata":{"source":"bench","city":"Berlin","note":"%s"}}'

function request()
  count = count + 1
  local id = run .. "-" .. count
  local body = template:format(id, id, id, count, stages[count % 3 + 1], id, note)
  return wrk.format("POST", "/api/crm/persons/", headers, body)
end
