#!/bin/sh
# The user every Vagrant box has. $1 is the root; TOY_AUTHORIZED_KEY is Vagrant's well-known key, which Vagrant replaces
# with its own key at the first `up`.
set -eu
chroot "$1" useradd --create-home --uid 1000 --shell /bin/bash vagrant
install -d -m 0700 "$1/home/vagrant/.ssh"
printf '%s\n' "$TOY_AUTHORIZED_KEY" >"$1/home/vagrant/.ssh/authorized_keys"
chmod 0600 "$1/home/vagrant/.ssh/authorized_keys"
chroot "$1" chown -R vagrant:vagrant /home/vagrant/.ssh
printf 'vagrant ALL=(ALL) NOPASSWD: ALL\n' >"$1/etc/sudoers.d/vagrant"
chmod 0440 "$1/etc/sudoers.d/vagrant"
