# shellcheck shell=bash
# What handles images outside of Docker. Sourced after common.sh and host.sh.

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
