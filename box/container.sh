# shellcheck shell=bash disable=SC2034,SC2154 # root.sh and scripts/box share their variables with it
# The box as an image for Docker. Sourced by scripts/box.
provider=docker
definition() { root_definition; }

check_host() {
  need mmdebstrap docker vagrant ssh-keygen
  docker info >/dev/null 2>&1 || die "Docker does not answer." "The container box is an image in it." "Type: ./scripts/setup --provider docker"
}

is_current() { [ "$(docker image inspect --format '{{index .Config.Labels "toy.definition"}}' "$image" 2>/dev/null)" = "$(definition)" ]; }

pack() {
  local previous
  previous=$(docker image inspect --format '{{.Id}}' "$image" 2>/dev/null || true)
  step "Import it into Docker as $image"
  docker import --change 'CMD ["/sbin/init"]' --change "LABEL toy.definition=$(definition)" "$root" "$image" >/dev/null
  # Boxes that run from it keep it.
  [ -z "$previous" ] || docker image rm "$previous" >/dev/null 2>&1 || true
}
