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
  step "Import it into Docker as $image"
  docker import --change 'CMD ["/sbin/init"]' --change "LABEL toy.definition=$(definition)" "$root" "$image" >/dev/null
  # The ones before, but those that a box still runs from.
  docker image prune --force --filter label=toy.definition >/dev/null
}
