# shellcheck shell=bash
# From the image in the box to a release on this machine. Sourced after common.sh and host.sh; what
# looks into the box needs box.sh too.

# release_tools PACKAGE...: install skopeo and awscli, or those of them that are named and missing.
release_tools() {
  local missing=() package
  for package; do
    # The vendor's does as well.
    command -v "${package/awscli/aws}" >/dev/null || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    die "Missing on this machine: ${missing[*]}." "They bring images to registries." \
      "Install them with this system's package manager (macOS: brew install ${missing[*]}), then run this again."
  apt_install "${missing[@]}"
}

# look_into IMAGE: print what is in it. Built here: an image of that name in a registry has an unknown publisher.
look_into() {
  inside docker run --pull=never --rm --interactive --user 0 --entrypoint python3 "$1" - <src/breakable_toy/release/look.py
}

# missing_updates: print the security updates that the web's images miss, a line each.
missing_updates() {
  local seen
  seen=$(look_into breakable-toy/web:dev) ||
    die "The web's image cannot be looked into (see above)." "An image is published only after an inspection." \
      "Start again: ./scripts/cibuild --down && ./scripts/cibuild"
  python -m breakable_toy.release.scan --updates <<<"$seen"
}

# renew_images: rebuild them if an update is missing: images that an earlier box has kept may be old.
renew_images() {
  local missing
  missing=$(missing_updates)
  [ -n "$missing" ] || return 0
  step "Rebuild the images (for minutes), with these security updates:"
  printf '%s\n' "$missing"
  # Of the boxes' common cache, the images alone: another box may write there.
  local kept=/var/cache/breakable-toy/images.tar
  inside "docker compose down && docker system prune --all --force && sudo rm -f $kept $kept.ids"
  vagrant provision
  missing=$(missing_updates)
  [ -z "$missing" ] || die "The rebuilt images still miss security updates: ${missing//$'\n'/, }" \
    "Nothing is published that misses one." \
    "Try again: a mirror may be behind, or another box have kept old images meanwhile: ./scripts/cibuild   Or see what keeps them back: images/django/Dockerfile"
}

# same_image: refuse where the image of the tests is not that of production with the tests on top.
same_image() {
  local built tested
  built=$(layers_of breakable-toy/web:prod)
  tested=$(layers_of breakable-toy/web:test)
  [[ $tested == "$built "* ]] ||
    die "The tests have run in another image than the one of production." "What is published has to be what was tested." "Run this again; do not change files meanwhile."
}
layers_of() { inside docker image inspect --format "'{{join .RootFS.Layers \" \"}}'" "$1"; }

# take_inventory IMAGE FILE: write down what is in it (CycloneDX), and scan that.
take_inventory() {
  local seen=.cache/log/seen.json
  look_into "$1" >"$seen"
  python -m breakable_toy.release.inventory "${1%:*}" "${1#*:}" <"$seen" >"$2"
  python -m breakable_toy.release.scan <"$seen"
}

# keep_image IMAGE COMMIT [OPTION...]: make it the commit's release.
keep_image() {
  local archive=.cache/release/$2.tar
  release_tools skopeo
  mkdir -p .cache/release
  inside docker save "$1" >"$archive"
  python -m breakable_toy.release keep "$archive" "${@:3}"
}
