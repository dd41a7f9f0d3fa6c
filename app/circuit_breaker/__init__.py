"""A deadline for the database, and a circuit breaker around it: README.md."""
