"""Django's PostGIS backend, on connections that wait for an answer no longer than their caller may."""
