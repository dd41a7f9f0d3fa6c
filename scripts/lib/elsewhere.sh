# shellcheck shell=bash
# Hosts without apt (macOS, other Linux): nothing is installed for the user; what is missing is named with the command.

# check_programs PROVIDER: fail with the exact commands for what is missing.
check_programs() {
  local missing=() program
  for program in vagrant rsync python3; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  case $1 in
    docker | libvirt)
      die "The $1 box can only be built on Debian or Ubuntu." "It is made with mmdebstrap, from Debian's packages." \
        "Type: ./scripts/setup --provider virtualbox" ;;
    virtualbox) command -v VBoxManage >/dev/null || missing+=(virtualbox) ;;
  esac
  [ ${#missing[@]} -gt 0 ] || return 0
  local fix="Install them with this system's package manager"
  if [ "$(uname -s)" = Darwin ]; then
    fix="brew install ${missing[*]/vagrant/hashicorp/tap/hashicorp-vagrant}"
    fix=${fix/virtualbox/--cask virtualbox}
  fi
  die "Missing on this machine: ${missing[*]}." "Vagrant makes the box with them." "Type: $fix"
}
