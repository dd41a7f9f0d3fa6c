"""A question's places as GeoJSON (RFC 7946), and what is wrong with a request as a problem (RFC 9457)."""
