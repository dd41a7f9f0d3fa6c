# All images of the toy: `docker buildx bake` builds what development needs,
# `docker buildx bake prod` what a deploy needs.

# Packages are fetched through the CA certificates that this machine trusts.
# A secret is mounted for one RUN only, so that no image carries a certificate.
variable "CA_BUNDLE" {
  default = "/etc/ssl/certs/ca-certificates.crt"
}

# If no registry keeps images between two boxes, a file can:
#   docker buildx bake kept && docker save $(names of the -kept images) debian:trixie-slim
#   docker load, then KEPT_IMAGES=1 docker buildx bake, which finds every layer.
# Not always on: for an image that is not loaded, Docker would ask a registry
# for one of that name, which might belong to a stranger.
variable "KEPT_IMAGES" {
  default = ""
}

group "default" {
  targets = ["web-dev", "postgis"]
}

group "prod" {
  targets = ["web-prod", "postgis"]
}

# The same images with their build cache inside. Under tags of their own: the
# cache is written a little differently each time, and an image that changes
# without reason makes Compose replace its containers.
group "kept" {
  targets = ["web-dev-kept", "postgis-kept", "django-kept"]
}

target "django" {
  context    = "images/django"
  secret     = ["id=ca,src=${CA_BUNDLE}"]
  tags       = ["breakable-toy/django:latest"]
  cache-from = KEPT_IMAGES == "" ? [] : ["breakable-toy/django:kept"]
}

target "postgis" {
  context    = "images/postgis"
  tags       = ["breakable-toy/postgis:17"]
  cache-from = KEPT_IMAGES == "" ? [] : ["breakable-toy/postgis:kept"]
}

target "_web" {
  context    = "app"
  contexts   = { django = "target:django" }
  secret     = ["id=ca,src=${CA_BUNDLE}"]
  cache-from = KEPT_IMAGES == "" ? [] : ["breakable-toy/web:kept"]
}

target "web-dev" {
  inherits = ["_web"]
  target   = "dev"
  tags     = ["breakable-toy/web:dev"]
}

target "web-prod" {
  inherits = ["_web"]
  target   = "prod"
  tags     = ["breakable-toy/web:prod"]
}

# The tests in the image of production.
target "web-test" {
  context    = "app"
  dockerfile = "test.Dockerfile"
  contexts   = { prod = "target:web-prod", dev = "target:web-dev" }
  # Of what it is linked to.
  secret     = ["id=ca,src=${CA_BUNDLE}"]
  tags       = ["breakable-toy/web:test"]
}

target "django-kept" {
  inherits = ["django"]
  tags     = ["breakable-toy/django:kept"]
  cache-to = ["type=inline"]
}

target "postgis-kept" {
  inherits = ["postgis"]
  tags     = ["breakable-toy/postgis:kept"]
  cache-to = ["type=inline"]
}

target "web-dev-kept" {
  inherits = ["web-dev"]
  tags     = ["breakable-toy/web:kept"]
  cache-to = ["type=inline"]
}
