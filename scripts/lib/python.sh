# shellcheck shell=bash
# The project's Python environments, exactly as requirements/*.txt say. Sourced after common.sh and host.sh.

check_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "Python 3.11 or newer is needed; this machine has $(python3 --version 2>&1)." "The pinned Ansible requires it." \
      "Use Debian 12 or 13, or Ubuntu 24.04 or newer; on macOS type: brew install python"
}

# packages ACTION NAME: by the host's Python, because the one in .venv may be half installed.
packages() { PATH=${PATH#"$PWD/.venv/bin:"} python3 -m breakable_toy.packages "$@"; }

# install_python NAME: requirements/NAME.txt into .venv, unless they, or a larger set, are in it.
install_python() {
  check_python
  if packages current "$1"; then return; fi
  step "Install the Python packages of requirements/$1.txt into .venv"
  logged packages packages install "$1"
}

# install_tool NAME: a program whose packages do not go with those of .venv: .cache/tools/NAME/bin/NAME.
install_tool() {
  if packages current "$1"; then return; fi
  logged packages packages install "$1"
}
