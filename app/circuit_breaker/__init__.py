"""Database deadline and circuit breaker: requests fail fast while the database is unavailable."""
