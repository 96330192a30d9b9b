-- What wrk asks intake. `submit CYCLE FIRST COUNT THREADS BODY` hands in COUNT reports, each once;
-- `show CYCLE FIRST COUNT THREADS` looks at any of them, over and over. BODY holds one %d.

local known = 0

function setup(thread)
   thread:set("thread_number", known)
   known = known + 1
end

function init(arguments)
   kind, cycle, first, count, threads, text = unpack(arguments)
   first, count, threads = tonumber(first), tonumber(count), tonumber(threads)
   sent = 0
   math.randomseed(thread_number + 1)
   request = kind == "submit" and submit or show
end

function submit()
   -- A number above the last one is a report that nobody owes, and its answer an error.
   local number = first + sent * threads + thread_number
   sent = sent + 1
   return wrk.format("POST", "/v1/reports/" .. cycle .. ".u-G" .. number .. "/submit", {
      ["Content-Type"] = "application/json",
      ["Review-Actor"] = "unit/G" .. number,
      ["Idempotency-Key"] = "5f0c8c5e-31b7-4a0e-9d52-c7e1a8" .. number,
      ["If-Match"] = '"1"',
   }, string.format(text, number))
end

function show()
   local number = first + math.random(0, count - 1)
   return wrk.format("GET", "/v1/reports/" .. cycle .. ".u-G" .. number, {
      ["Review-Actor"] = "unit/G" .. number,
   })
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "errors": %d}\n',
      summary.requests, summary.duration / 1e6,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
