-- What wrk saw, as one line of JSON. Times come in microseconds.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"rps": %.1f, "p50": %.3f, "p99": %.3f, "errors": %d}\n',
    summary.requests * 1e6 / summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
