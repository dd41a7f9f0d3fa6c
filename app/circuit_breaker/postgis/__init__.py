"""Django's PostGIS backend with deadlines.

It is the only package that uses private API, where no public one exists:

- `psycopg.Connection.wait` and `psycopg.waiting.Ready`, in `driver`: psycopg has no hook for a wait that takes long.
- Django's `DatabaseWrapper._connection_pools`, in `base`: `close_pool` waits for the pool's threads, which may hang.
- A connection's `_pool`, in `base`: `DatabaseWrapper.pool` may be a new one by now. Django's backend uses it as well.
"""
