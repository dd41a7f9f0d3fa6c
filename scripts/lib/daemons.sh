# shellcheck shell=bash
# How Docker and libvirt come to run on the host. Sourced after common.sh.

# daemon NAME PROGRAM [ARG...]: start a daemon where no service manager does (a build host), as root, detached, and without
# the locks of this run (breakable_toy.only_one).
daemon() (
  for descriptor in /dev/fd/*; do
    descriptor=${descriptor##*/}
    [ "$descriptor" -le 2 ] || eval "exec $descriptor>&-"
  done
  # shellcheck disable=SC2016 # $@ is the inner shell's
  as_root sh -c 'mkdir -p /var/log/toy; setsid nohup "$@" >"/var/log/toy/$0.log" 2>&1 </dev/null &' "$@"
)

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
  if docker info >/dev/null 2>&1; then return; fi
  as_root true
  if as_root docker info >/dev/null 2>&1; then return; fi
  step "Start Docker"
  if managed; then as_root systemctl enable --now docker; else daemon docker dockerd; fi
  wait_for 60 as_root docker info ||
    die "Docker does not start." "The docker provider runs the box in it." "Read its log: sudo journalctl -u docker, or /var/log/toy/docker.log"
}

start_libvirt() {
  if virsh --connect qemu:///system list >/dev/null 2>&1; then return; fi
  as_root true
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
