"""Health endpoints: liveness (the process runs) and readiness (the process can serve requests)."""
