# shellcheck shell=bash disable=SC2034,SC2154 # root.sh and scripts/box share their variables with it
# The box as a disk image that boots by itself, for libvirt. Sourced by scripts/box.
provider=libvirt
name=breakable-toy/box
# The size that the box can grow to; the image holds only written blocks.
size=20G
definition() { { root_definition; cat box/libvirt.sh; find box/libvirt -type f | sort | xargs cat; } | sha256sum | cut -c1-16; }

# The packages and images that container boxes of this host keep in their volume (box/container.yml).
volume=breakable-toy-cache
in_volume() { docker run --rm --pull=never --network=none --volume "$volume:/kept:ro" "$image" "$@" 2>/dev/null; }
has_kept() { docker volume inspect "$volume" >/dev/null 2>&1 && in_volume test -s /kept/images.tar; }

check_host() {
  [ "$(dpkg --print-architecture)" = amd64 ] || die "The libvirt box is made for amd64 only; this machine is $(dpkg --print-architecture)." \
    "Its boot loader knows no other." "Use the container instead: ./scripts/setup --provider docker"
  need mmdebstrap vagrant ssh-keygen extlinux qemu-img mke2fs sfdisk unshare
  mbr=$(find /usr/lib/syslinux /usr/lib/EXTLINUX -name mbr.bin 2>/dev/null | head -n 1)
  [ -n "$mbr" ] || die "syslinux's boot sector (mbr.bin) is not installed." "The disk image would not boot." "Type: ./scripts/setup --provider libvirt"
}

# Of several versions Vagrant starts the newest. It shows a box's info.json with `vagrant box list --box-info`.
is_current() {
  local boxes=${VAGRANT_HOME:-$HOME/.vagrant.d}/boxes/breakable-toy-VAGRANTSLASH-box newest
  newest=$(find "$boxes" -name info.json 2>/dev/null | sort --version-sort | tail -n 1)
  [ -n "$newest" ] && grep -qF "\"$(definition)\"" "$newest"
}

pack() {
  local disk=$work/disk.raw version
  # A version, because libvirt keeps its copy of an image for as long as the version is the same.
  version=13.$(date -u +%Y%m%d.%H%M%S)
  if has_kept; then
    step "Take along the packages and images that container boxes kept: under emulation they take half an hour to make"
    in_volume tar --create --directory /kept . >"$work/kept.tar"
  fi
  step "Make a bootable disk of it"
  truncate --size "$size" "$disk"
  echo 'start=1MiB, type=83, bootable' | sfdisk --quiet "$disk"
  # The features that syslinux cannot read stay off. The last MiB is left over, for a size in round blocks.
  mke2fs -q -t ext4 -L toy -O '^64bit,^metadata_csum' -E offset=1048576,lazy_itable_init=1 "$disk" "$(($(stat -c %s "$disk") / 1024 - 2048))k"
  as_root unshare --mount box/libvirt/fill.sh "$root" "$disk" "$mbr" "$work/kept.tar"
  step "Compress it"
  qemu-img convert -c -W -O qcow2 -o compression_type=zstd "$disk" "$work/box.img"
  rm -f "$disk" "$work/kept.tar"
  step "Add it to Vagrant's boxes as $name $version"
  printf '{"provider": "libvirt", "format": "qcow2", "virtual_size": %d}\n' "${size%G}" >"$work/metadata.json"
  printf '{"definition": "%s"}\n' "$(definition)" >"$work/info.json"
  tar --create --file "$work/toy.box" --directory "$work" metadata.json info.json box.img
  rm "$work/box.img"
  printf '{"name": "%s", "versions": [{"version": "%s", "providers": [{"name": "libvirt", "url": "%s"}]}]}\n' \
    "$name" "$version" "$(python3 -c 'import pathlib, sys; print(pathlib.Path(sys.argv[1]).absolute().as_uri())' "$work/toy.box")" >"$work/catalog.json"
  vagrant box add --force "$work/catalog.json"
  # Without a terminal Vagrant refuses to remove what a machine still uses; `vagrant box prune` fails in vagrant-libvirt.
  vagrant box list | sed -n "s|^$name (libvirt, \([0-9.]*\).*|\1|p" | grep -vxF "$version" |
    xargs -I '{}' vagrant box remove "$name" --provider libvirt --box-version '{}' >/dev/null 2>&1 || true
}
