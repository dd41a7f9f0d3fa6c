#!/bin/sh
# Downloaded packages outlive the box where the host gives it a volume for them (box/container.yml): the next box takes
# them from there. apt checks size and hash of each file that it finds among its archives.
set -eu
kept=/var/cache/breakable-toy
cat >"$1/etc/apt/apt.conf.d/90keep" <<U
APT::Keep-Downloaded-Packages "true";
Binary::apt::APT::Keep-Downloaded-Packages "true";
APT::Update::Pre-Invoke { "! mountpoint -q $kept || rsync --archive $kept/apt/ /var/cache/apt/archives/ 2>/dev/null || :"; };
DPkg::Post-Invoke { "! mountpoint -q $kept || { mkdir -p $kept/apt && rsync --archive --include='*.deb' --exclude='*' /var/cache/apt/archives/ $kept/apt/; } || :"; };
U

# When the lists of packages were last read. Without this stamp Ansible asks their folder, which is new in a new box, and
# empty.
stamp=/var/lib/apt/periodic/update-success-stamp
mkdir -p "$1${stamp%/*}"
touch --date=@0 "$1$stamp"
printf 'APT::Update::Post-Invoke-Success { "touch %s"; };\n' "$stamp" >"$1/etc/apt/apt.conf.d/90stamp"
