# shellcheck shell=bash
# Hosts without apt (macOS, other Linux): nothing is installed for the user; what is missing is named with the command.

# check_programs PROVIDER: fail with the exact commands for what is missing.
check_programs() {
  local missing=() program
  for program in vagrant python3; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  # macOS brings an rsync that does not know --chown.
  rsync --help 2>/dev/null | grep -q -e --chown || missing+=(rsync)
  case $1 in
    docker | libvirt)
      die "The $1 box can only be built on Debian or Ubuntu." "It is made with mmdebstrap, from Debian's packages." \
        "Type: ./scripts/setup --provider virtualbox" ;;
    virtualbox) command -v VBoxManage >/dev/null || missing+=(virtualbox) ;;
  esac
  [ ${#missing[@]} -gt 0 ] || return 0
  local fix="Install them with this system's package manager"
  if [ "$(uname -s)" = Darwin ]; then
    # Formulae and casks cannot be mixed in one call.
    local formulae=() casks=()
    for program in "${missing[@]}"; do
      case $program in vagrant | virtualbox) casks+=("$program") ;; *) formulae+=("$program") ;; esac
    done
    fix="Type: ${formulae[*]:+brew install ${formulae[*]}}${formulae[*]:+${casks[*]:+ && }}${casks[*]:+brew install --cask ${casks[*]}}"
  fi
  die "Missing on this machine: ${missing[*]}." "Vagrant makes the box with them." "$fix"
}
