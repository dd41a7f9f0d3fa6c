# The benchmarks' peers: docker buildx bake -f docker-bake.hcl -f benchmarks/docker-bake.hcl load reference

target "packages" {
  inherits = ["_web"]
  target   = "packages"
}

target "load" {
  context  = "benchmarks/load"
  contexts = { prod = "target:web-prod", packages = "target:packages" }
  secret   = ["id=ca,src=${CA_BUNDLE}"]
  tags     = ["breakable-toy/load:latest"]
}

target "reference" {
  context    = "app"
  contexts   = { load = "benchmarks/load" }
  dockerfile = "../benchmarks/reference/Dockerfile"
  secret     = ["id=ca,src=${CA_BUNDLE}"]
  tags       = ["breakable-toy/reference:latest"]
}
