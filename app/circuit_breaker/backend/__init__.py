"""Django's PostGIS backend on the driver with deadlines: DATABASES' ENGINE."""
