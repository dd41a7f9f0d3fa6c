"""Health endpoints: readiness (can this process do its work?) and liveness (does it run?)."""
