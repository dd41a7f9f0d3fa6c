# shellcheck shell=bash
# The project's Python environment: .venv, exactly as requirements/*.txt say. Sourced after common.sh; host.sh for installs.

check_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "Python 3.11 or newer is needed; this machine has $(python3 --version 2>&1)." "The pinned Ansible requires it." \
      "Use Debian 12 or 13, or Ubuntu 24.04 or newer; on macOS type: brew install python"
}

# install_tool NAME: a program whose packages do not go with those of .venv, in a folder of its own: .cache/tools/NAME/bin/NAME.
install_tool() {
  local folder=.cache/tools/$1 wanted
  wanted=$(cksum <"requirements/$1.txt")
  if [ "$(cat "$folder/.synced" 2>/dev/null)" = "$wanted" ]; then return; fi
  rm -rf "$folder"
  logged uv .venv/bin/uv venv --quiet --python .venv/bin/python "$folder"
  logged uv .venv/bin/uv pip sync --python "$folder" --require-hashes "requirements/$1.txt"
  echo "$wanted" >"$folder/.synced"
}

# install_python NAME: sync .venv with requirements/NAME.txt, unless that very file, or a larger one, is in it.
install_python() {
  local stamp=.venv/.synced wanted made_for larger name
  # Programs in .venv begin with its path, and link to this Python: a folder that was moved or a new Python makes it anew.
  made_for="$(readlink -f .venv) $(PATH=${PATH#"$PWD/.venv/bin:"} python3 --version)"
  wanted=$made_for$(cat "requirements/$1.txt" requirements/uv.txt | cksum)
  # Each has all that those before it have, in the same versions (tests/test_repo_rules.py).
  case $1 in
    run) larger=(deploy test) ;;
    deploy) larger=(test) ;;
    *) larger=() ;;
  esac
  for name in "${larger[@]}"; do
    if [ -e "$stamp-$name" ]; then install_python "$name"; return; fi
  done
  if [ -e "$stamp-$1" ] && [ "$(cat "$stamp-$1")" = "$wanted" ]; then return; fi
  step "Install the Python packages of requirements/$1.txt into .venv"
  check_python
  rm -f "$stamp"-*
  if [ "$(cat .venv/.made-for 2>/dev/null)" != "$made_for" ]; then
    PATH=${PATH#"$PWD/.venv/bin:"} python3 -m venv --clear .venv
    echo "$made_for" >.venv/.made-for
  fi
  logged pip .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
  logged uv .venv/bin/uv pip sync --python .venv --require-hashes "requirements/$1.txt"
  echo "$wanted" >"$stamp-$1"
}
