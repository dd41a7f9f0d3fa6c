#!/bin/sh
# usage: fill.sh ROOT.TAR DISK MBR.BIN KEPT.TAR   (as root, in its own mount namespace)
# Makes DISK, which has one partition at 1 MiB, a bootable Debian. When it ends, however it ends, the kernel unmounts
# everything with the namespace and releases the loop device.
set -eu
here=$(dirname "$0")
mount --make-rprivate /
mount -t tmpfs toy /mnt
mkdir /mnt/disk
disk=/mnt/disk
mount -o loop,offset=1048576 "$2" "$disk"
tar --extract --file="$1" --directory="$disk" --numeric-owner --xattrs --xattrs-include='*'
# Modes are not the checkout's, which follow the umask of its user.
umask 022
cp -R --no-preserve=mode --no-target-directory "$here/files" "$disk"

mount -t proc proc "$disk/proc"
mount -t sysfs sysfs "$disk/sys"
mount --rbind /dev "$disk/dev"
mount -t tmpfs run "$disk/run"
cp --remove-destination --dereference /etc/resolv.conf "$disk/etc/resolv.conf"
# The configuration in files/ stays when a package brings its own.
packages=$(grep -v '^#' "$here/packages.txt" | tr '\n' ' ')
# shellcheck disable=SC2016 # the inner shell expands it
chroot "$disk" env PACKAGES="$packages" sh -euc '
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update
  apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold install $PACKAGES
  systemctl --quiet enable systemd-networkd systemd-resolved serial-getty@ttyS0
  # It looks for snapshots of LVM at every boot; there is none.
  systemctl --quiet disable e2scrub_reap
  # The lists of packages stay: to read them takes a minute under emulation.
  apt-get -q clean
  rm -rf /var/log/apt /var/log/dpkg.log'

if [ -s "$4" ]; then
  mkdir -p "$disk/var/cache/breakable-toy"
  tar --extract --file="$4" --directory="$disk/var/cache/breakable-toy" --numeric-owner
  # Into apt's own folder: no need to copy them in the machine.
  find "$disk/var/cache/breakable-toy" -name '*.deb' -exec mv -t "$disk/var/cache/apt/archives" {} +
fi

ln -sf ../run/systemd/resolve/stub-resolv.conf "$disk/etc/resolv.conf"
: >"$disk/etc/machine-id"

extlinux --install "$disk/boot/extlinux"
umount --recursive "$disk"
dd if="$3" of="$2" conv=notrunc bs=440 count=1 status=none
