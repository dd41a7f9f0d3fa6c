#!/bin/sh
# Needs of a machine that are neither packages nor roles: a name, a locale, its own host keys, no surprises from apt.
set -eu
printf 'toy\n' >"$1/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 toy\n::1 localhost ip6-localhost ip6-loopback\n' >"$1/etc/hosts"
printf 'LANG=C.UTF-8\n' >"$1/etc/default/locale"

# Every box gets its own host keys: sshd's package made one set, which would be the same in all boxes.
rm -f "$1"/etc/ssh/ssh_host_*
cat >"$1/etc/systemd/system/ssh-host-keys.service" <<'U'
[Unit]
Description=Make this box's own SSH host keys
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service

[Service]
Type=oneshot
# An RSA key, which ssh-keygen -A would add, takes 8 s under emulation, and every client of today knows these.
ExecStart=/usr/bin/ssh-keygen -q -t ecdsa -N "" -f /etc/ssh/ssh_host_ecdsa_key
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

[Install]
WantedBy=multi-user.target
U

# A host that still has version 1 of control groups may keep these two apart. systemd insists on them together, fails,
# and continues without; Docker needs them to limit a container's processors.
cat >"$1/etc/systemd/system/cgroup-cpu.service" <<'U'
[Unit]
Description=Mount the processor's control groups as the host has them
ConditionControlGroupController=v1
ConditionPathExists=!/sys/fs/cgroup/cpu/cpu.shares
Before=docker.service

[Service]
Type=oneshot
WorkingDirectory=/sys/fs/cgroup
ExecStart=mount -o remount,rw /sys/fs/cgroup
ExecStart=rm -f cpu cpuacct
ExecStart=mount --mkdir -t cgroup -o cpu cgroup /sys/fs/cgroup/cpu
ExecStart=mount --mkdir -t cgroup -o cpuacct cgroup /sys/fs/cgroup/cpuacct
ExecStart=mount -o remount,ro /sys/fs/cgroup

[Install]
WantedBy=multi-user.target
U

# A box is made again, not repaired: waiting for the disk after each unpacked file is lost time. Nor does anyone read
# the translated descriptions of 60,000 packages.
printf 'force-unsafe-io\n' >"$1/etc/dpkg/dpkg.cfg.d/toy"
printf 'Acquire::Languages "none";\n' >"$1/etc/apt/apt.conf.d/90toy"

# apt's timers start minutes after the boot and hold dpkg's lock, just when Ansible wants it.
systemctl --root="$1" --quiet disable apt-daily.timer apt-daily-upgrade.timer
systemctl --root="$1" --quiet enable cgroup-cpu.service ssh-host-keys.service ssh.service
