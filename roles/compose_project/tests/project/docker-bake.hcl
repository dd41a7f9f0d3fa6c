target "web" {
  dockerfile-inline = "FROM tiny\nRUN [\"/bin/busybox\", \"true\"]\n"
  tags              = ["built-web:latest"]
}

target "keep" {
  inherits = ["web"]
  tags     = ["built-web:kept"]
}
