# shellcheck shell=bash
# How the host gets Debian packages, Python packages and running daemons. Sourced after common.sh.

# explain LOG: turn a failed download into a message; LOG is what the program printed.
explain() {
  if grep -qiE 'CERTIFICATE_VERIFY_FAILED|UnknownIssuer|self.signed certificate|certificate verif' "$1"; then
    die "A server's TLS certificate is signed by an authority that this machine does not know." \
      "Behind a TLS-inspecting proxy every download fails until the proxy's CA is trusted; verification stays on." \
      "sudo cp your-proxy-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates, then run this again."
  elif grep -qiE 'temporary failure|could not resolve|dns error|unreachable|connection refused|timed out|connection reset|connect error' "$1"; then
    die "A download failed: the network or the package server does not answer." \
      "Packages come from Debian's archive and the Python package index." \
      "Check the network (and http_proxy, https_proxy), then run this again: it goes on where it stopped."
  elif grep -qE 'Unable to locate package|no installation candidate' "$1"; then
    die "This system's package archive lacks a package: $(grep -oE "package '?[a-z0-9.+-]+" "$1" | head -n 1)." "The box cannot be made without it." \
      "Install that program from its vendor, or choose another provider: ./scripts/setup --provider docker"
  fi
  die "An installation failed (the full output is in $1)." "The box needs it." "Read the last lines above, mend it, then run this again."
}

# logged NAME COMMAND...: show the output indented, keep it in .cache/log/NAME, explain a failure.
logged() {
  local log=.cache/log/$1
  mkdir -p .cache/log
  "${@:2}" 2>&1 | tee "$log" | sed -u 's/^/    /' || explain "$log"
}

# apt_install PACKAGE...: install what is missing; wait, visibly, while another program holds dpkg's lock.
apt_install() {
  local missing=() package
  for package; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "Install ${missing[*]}"
  # A third-party repository that does not answer must not stop us: what is missing shows at the install.
  logged apt-update as_root apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 update
  logged apt-install as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}"
}

# daemon NAME PROGRAM [ARG...]: start a daemon where no service manager does (a build host), as root, detached.
daemon() {
  # shellcheck disable=SC2016 # $@ is the inner shell's
  as_root sh -c 'mkdir -p /var/log/toy; setsid nohup "$@" >"/var/log/toy/$0.log" 2>&1 </dev/null &' "$@"
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
  local end=$((SECONDS + $1))
  until "${@:2}" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.5
  done
}

managed() { [ -d /run/systemd/system ]; }

start_docker() {
  if as_root docker info >/dev/null 2>&1; then return; fi
  step "Start Docker"
  if managed; then as_root systemctl enable --now docker; else daemon docker dockerd; fi
  wait_for 60 as_root docker info ||
    die "Docker does not start." "The docker provider runs the box in it." "Read its log: sudo journalctl -u docker, or /var/log/toy/docker.log"
}

start_libvirt() {
  if as_root virsh --connect qemu:///system list >/dev/null 2>&1; then return; fi
  step "Start libvirt"
  if managed; then
    as_root systemctl enable --now libvirtd
  else
    daemon virtlogd virtlogd
    daemon libvirtd libvirtd
  fi
  wait_for 60 as_root virsh --connect qemu:///system list ||
    die "libvirt does not start." "The libvirt provider makes the virtual machine through it." "Read its log: sudo journalctl -u libvirtd, or /var/log/toy/libvirtd.log"
}
