# All images of the toy: `docker buildx bake` builds what development needs,
# `docker buildx bake prod` what a deploy needs.

# Packages are fetched through the CA certificates that this machine trusts.
# A secret is mounted for one RUN only, so that no image carries a certificate.
variable "CA_BUNDLE" {
  default = "/etc/ssl/certs/ca-certificates.crt"
}

group "default" {
  targets = ["web-dev", "postgis"]
}

group "prod" {
  targets = ["web-prod", "postgis"]
}

# Each image carries its own build cache. With KEPT_IMAGES=1, after `docker load`
# of images from an earlier box, a build finds it there and builds nothing.
# Not always on: for an image that is not loaded, Docker would ask a registry
# for one of that name, which might be anybody's.
variable "KEPT_IMAGES" {
  default = ""
}

target "_kept" {
  cache-to = ["type=inline"]
}

target "django" {
  inherits   = ["_kept"]
  context    = "images/django"
  tags       = ["breakable-toy/django:latest"]
  cache-from = KEPT_IMAGES == "" ? [] : ["breakable-toy/django:latest"]
}

target "postgis" {
  inherits   = ["_kept"]
  context    = "images/postgis"
  tags       = ["breakable-toy/postgis:17"]
  cache-from = KEPT_IMAGES == "" ? [] : ["breakable-toy/postgis:17"]
}

target "_web" {
  inherits = ["_kept"]
  context  = "app"
  contexts = { django = "target:django" }
  secret   = ["id=ca,src=${CA_BUNDLE}"]
}

target "web-dev" {
  inherits   = ["_web"]
  target     = "dev"
  tags       = ["breakable-toy/web:dev"]
  cache-from = KEPT_IMAGES == "" ? [] : ["breakable-toy/web:dev"]
}

target "web-prod" {
  inherits   = ["_web"]
  target     = "prod"
  tags       = ["breakable-toy/web:prod"]
  cache-from = KEPT_IMAGES == "" ? [] : ["breakable-toy/web:prod"]
}
