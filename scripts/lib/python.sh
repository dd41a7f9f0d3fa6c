# shellcheck shell=bash
# The project's Python environment: .venv, exactly as requirements/*.txt say. Sourced after host.sh.

# install_python NAME: sync .venv with requirements/NAME.txt, unless that very file (or the larger test.txt) is in it.
install_python() {
  local stamp=.venv/.synced wanted
  wanted=$(cat "requirements/$1.txt" requirements/uv.txt | sha256sum)
  if [ "$1" = run ] && [ -e "$stamp-test" ]; then install_python test; return; fi
  if [ -e "$stamp-$1" ] && [ "$(cat "$stamp-$1")" = "$wanted" ]; then return; fi
  step "Install the Python packages of requirements/$1.txt into .venv"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "Python 3.11 or newer is needed; this machine has $(python3 --version)." "The pinned Ansible requires it." \
      "Use Debian 12 or 13, or Ubuntu 24.04 or newer."
  # Where the system keeps its trusted authorities, a company's own included.
  local bundle=/etc/ssl/certs/ca-certificates.crt
  if [ -e "$bundle" ]; then export PIP_CERT=${PIP_CERT:-$bundle} SSL_CERT_FILE=${SSL_CERT_FILE:-$bundle}; fi
  rm -f "$stamp"-*
  # A .venv that was moved or half made is made again.
  if ! .venv/bin/python -m pip --version 2>/dev/null | grep -q ^pip; then python3 -m venv --clear .venv; fi
  logged pip .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
  logged uv .venv/bin/uv pip sync --python .venv --require-hashes "requirements/$1.txt"
  echo "$wanted" >"$stamp-$1"
}
