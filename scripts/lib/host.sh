# shellcheck shell=bash
# How the host gets Debian packages, and what is said where a download fails. Sourced after common.sh.

# explain LOG: turn a failed download into a message; LOG is what the program printed.
explain() {
  # Without a network apt only warns that it keeps its old lists, and then knows no package.
  if [ "$1" = .cache/log/apt-install ] && ! grep -q '^\(Hit\|Get\)' .cache/log/apt-update; then set -- .cache/log/apt-update; fi
  if grep -qiE 'CERTIFICATE_VERIFY_FAILED|UnknownIssuer|self.signed certificate|local issuer certificate|certificate verif' "$1"; then
    die "A server's TLS certificate is signed by an authority that this machine does not know." \
      "Behind a TLS-inspecting proxy every download fails until the proxy's CA is trusted; verification stays on." \
      "sudo cp your-proxy-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates, then run this again."
  elif grep -qiE 'temporary failure|could not resolve|dns error|unreachable|connection refused|timed out|connection reset|connect error|failed to fetch|unable to connect|ENOTFOUND|EAI_AGAIN|ECONNREFUSED' "$1"; then
    die "A download failed: the network or the package server does not answer." \
      "Packages come from Debian's archive, the Python package index and npm's registry." \
      "Check the network (and http_proxy, https_proxy), then run this again: it continues where it stopped."
  elif grep -qE 'Unable to locate package|no installation candidate' "$1"; then
    die "This system's package archive lacks a package: $(grep -ioP "package '?\K[a-z0-9.+-]+" "$1" | head -n 1)." "The box cannot be made without it." \
      "Install that program from its vendor (Vagrant: https://developer.hashicorp.com/vagrant/install), then run this again."
  elif grep -qiE 'no space left on device|disk quota exceeded' "$1"; then
    die "The disk is full." "An installation stopped halfway; the next run begins it again." "Free some space (df -h . ~/.cache /tmp), then run this again."
  fi
  die "An installation failed (the full output is in $1)." "The box needs it." "Read the last lines above, correct the cause, then run this again."
}

# logged NAME COMMAND...: show the output indented, keep it in .cache/log/NAME, explain a failure.
logged() {
  local log=.cache/log/$1
  "${@:2}" 2>&1 | tee "$log" | sed -u 's/^/    /' || explain "$log"
}

# apt_install PACKAGE...: install what is missing; wait, visibly, while another program holds apt's or dpkg's lock.
apt_install() {
  local missing=() package
  for package; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "Install ${missing[*]}"
  # The password is asked for here: the output of the next commands is redirected.
  as_root true
  # The rest of an interrupted installation would stop every later one. Held by another program, it waits below.
  as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a >/dev/null 2>&1 || true
  # apt's own waiting (DPkg::Lock::Timeout) leaves out the lock on its lists.
  local waited=0
  while as_root env LC_ALL=C apt-get -q -o Acquire::Retries=3 update 2>&1 | tee .cache/log/apt-update | grep -q 'Could not get lock'; do
    [ "$waited" -lt 600 ] || die "Another program has held apt's lock for ten minutes." "Packages cannot be installed meanwhile." \
      "See who it is: ps aux | grep -E 'apt|dpkg'; when it has ended, run this again."
    [ "$waited" -gt 0 ] || echo "    Waiting for another apt, which holds the lock (up to ten minutes)…"
    sleep 5
    waited=$((waited + 5))
  done
  logged apt-install as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
    apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}"
}
