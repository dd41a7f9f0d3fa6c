# shellcheck shell=bash
# What every script starts with: strict mode, the project's root as working folder, and one way to speak.
set -euo pipefail
[ -z "${TOY_DEBUG:-}" ] || set -x
toy_script=$(realpath "$0") toy_arguments=("$@") # for in_group
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# `python3 -m breakable_toy.preflight` works before anything is installed.
export PYTHONPATH=$PWD/src
export PATH=$PWD/.venv/bin:$PATH
toy_port=${TOY_PORT:-8000}

# die WHAT WHY FIX: the three beats of every error of this project.
die() {
  printf '✗ %s\n  %s\n  → %s\n' "$1" "$2" "$3" >&2
  exit 1
}

# bad_usage WORD: the caller typed something that the script does not know.
bad_usage() {
  printf '✗ %s: unknown argument: %s\n\n' "${0##*/}" "$1" >&2
  usage >&2
  exit 2
}

# step TITLE: announce a part of the work that takes a while, with the seconds since the script began.
step() { printf '\n▶ %s  (%d s)\n' "$1" "$SECONDS"; }

# as_root COMMAND...: run it as root, through sudo where needed.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "'$1' must run as root, and sudo is not installed." "Packages and daemons belong to the whole machine." \
      "Run this as root, or install sudo and add yourself to the group sudo."
  fi
}

# in_group GROUP: start the script again with GROUP when this session began before its user joined it.
in_group() {
  if [ "$(id -u)" -eq 0 ] || id -nG | tr ' ' '\n' | grep -qx "$1"; then return; fi
  id -nG "$(id -un)" | tr ' ' '\n' | grep -qx "$1" || as_root usermod -aG "$1" "$(id -un)"
  exec sg "$1" -c "$(printf '%q ' "$toy_script" "${toy_arguments[@]}")"
}

# in_box COMMAND: run it in the project's folder of the box, with a terminal when there is one.
in_box() {
  local terminal=--no-tty
  if [ -t 0 ] && [ -t 1 ]; then terminal=--tty; fi
  vagrant ssh "$terminal" -c "cd /vagrant && $*"
}
