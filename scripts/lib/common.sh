# shellcheck shell=bash disable=SC2034 # its variables are for those who source it
# The start of every script: strict mode, the project's root as working folder, a chosen environment, and one way to speak.
set -euo pipefail
# Variables that would change bash itself, or keep Python from starting; the rest of the environment is chosen below.
set +o posix
unset CDPATH GLOBIGNORE POSIXLY_CORRECT "${!PYTHON@}" "${!LC_@}" LANG
toy_script=$(realpath "$0") toy_arguments=("$@") # for in_group
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# die WHAT WHY FIX: the three beats of every error of this project.
die() {
  printf '✗ %s\n  %s\n  → %s\n' "$1" "$2" "$3" >&2
  exit 1
}

# `python3 -m breakable_toy.preflight` works before anything is installed.
export PYTHONPATH=$PWD/src
# --help answers everywhere, in a folder that is read-only as well.
case ${1:-} in
  --help | -h) ;;
  *)
    command -v python3 >/dev/null ||
      die "There is no python3 on this machine." "The scripts are written in it, in part." "Type: sudo apt-get install python3   (macOS: brew install python)"
    # From this folder instead of by PYTHONPATH, which a colon in the path would divide.
    # -B: through sudo, this is still root, whose bytecode the user could not remove.
    toy_choose() (cd src && python3 -B -m breakable_toy.environment shell)
    # scripts/doctor has on its page what stops the others.
    if [ -n "${toy_diagnoses:-}" ]; then
      toy_environment=$(toy_choose 2>/dev/null) || true
    else
      toy_environment=$(toy_choose) || exit
    fi
    # Through sudo it starts the script again, as the user.
    eval "$toy_environment"
    export PYTHONPATH=$PWD/src
    [ -n "${toy_diagnoses:-}" ] || mkdir -p .cache/log
    ;;
esac
[ -z "${TOY_DEBUG:-}" ] || set -x
export PATH=$PWD/.venv/bin:$PATH
# Vagrant prints its own news where a command's output is expected.
export VAGRANT_CHECKPOINT_DISABLE=1
# The port that this clone's box was made with (the Vagrantfile notes it) is kept unless TOY_PORT is set.
toy_port=${TOY_PORT:-$(cat .vagrant/TOY_PORT 2>/dev/null || echo 8000)}
# The system's trusted authorities, a company's own included: for pip, uv and npm.
toy_authorities=/etc/ssl/certs/ca-certificates.crt
if [ -e "$toy_authorities" ]; then
  export PIP_CERT=${PIP_CERT:-$toy_authorities} SSL_CERT_FILE=${SSL_CERT_FILE:-$toy_authorities} NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$toy_authorities}
fi

# bad_usage WORD [MESSAGE]: the caller typed something that the script does not know, or what MESSAGE says.
bad_usage() {
  usage | python3 -m breakable_toy.usage "$toy_script" "$@" || exit
}

# needs_value OPTION [VALUE]: refuse an option that has none.
needs_value() {
  case ${2:-} in "" | -*) bad_usage "$1" "$1 needs a value." ;; esac
}

# step TITLE: announce a part of the work that takes a while, after the time since the script began.
step() { printf '\n▶ %d:%02d  %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$1"; }

# on_screen: show this run as a few lines, its whole output in .cache/log/SCRIPT.log; with TOY_DEBUG all of it is shown.
on_screen() {
  [ -z "${TOY_SCREEN:-}${TOY_DEBUG:-}" ] || return 0
  # Ansible then announces each task when it starts.
  export TOY_SCREEN=1 ANSIBLE_DISPLAY_SKIPPED_HOSTS=true
  exec python3 -m breakable_toy.screen ".cache/log/${toy_script##*/}.log" "$toy_script" ${toy_arguments[@]+"${toy_arguments[@]}"}
}

# as_root COMMAND...: run it as root, through sudo where needed.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    if ! sudo --non-interactive true 2>/dev/null; then
      { : >/dev/tty; } 2>/dev/null || die "sudo needs a password, and there is no terminal to type it." \
        "Packages and daemons of this machine need root." "Run the same command in a terminal, or as a user whose sudo needs no password."
      # The screen (breakable_toy.screen) draws nothing over its prompt.
      echo "sudo asks for your password: packages and daemons of this machine need root." >&2
    fi
    # A proxy is the user's knowledge; sudo would drop it.
    sudo --preserve-env=http_proxy,https_proxy,no_proxy "$@"
  else
    die "'$1' must run as root, and sudo is not installed." "Packages and daemons belong to the whole machine." \
      "Run this as root, or install sudo and add yourself to the group sudo."
  fi
}

# with_group GROUP COMMAND...: run it with GROUP, even when this session began before its user joined it.
with_group() {
  local command
  printf -v command '%q ' "${@:2}"
  if has_group "$1" "$(id -nG)"; then "${@:2}"; return; fi
  has_group "$1" "$(id -nG "$(id -un)")" || as_root usermod -aG "$1" "$(id -un)"
  TOY_NEW_GROUP=$1 sg "$1" -c "$command"
}
has_group() { [ "$(id -u)" -eq 0 ] || [[ " $2 " == *" $1 "* ]]; }

# in_group GROUP: continue with GROUP, by starting the script again where needed.
in_group() {
  if has_group "$1" "$(id -nG)"; then return; fi
  with_group "$1" "$toy_script" ${toy_arguments[@]+"${toy_arguments[@]}"}
  exit
}

# free_port: print a port of 127.0.0.1 that no program has, and no stopped box wants back.
free_port() { python3 -m breakable_toy.ports; }
