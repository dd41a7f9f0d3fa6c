#!/bin/sh
# An archive as Docker's own is (names of packages, versions, layout, signature), made of Debian's packages: the real one
# cannot be reached from everywhere, and is not for tests. Two releases of each, to upgrade to and to go back to. Runs in
# a Debian 13, and writes a tar file of the archive to standard output.
set -eu
# Standard output is the tar file; messages go elsewhere.
exec 3>&1 >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
arch=$(dpkg --print-architecture)
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -y install --no-install-recommends apt-utils gnupg

# fetch SUITE PACKAGE...: unpack that release's packages into $work/SUITE/<package>.
fetch() {
  suite=$1
  shift
  mkdir -p "$work/$suite/lists/partial" "$work/$suite/debs"
  awk -v suite="$suite" '/^deb /{sub(/trixie[a-z-]*/, suite); print; exit}' /etc/apt/sources.list >"$work/$suite/sources.list"
  # The next release's lists may be old, where a mirror keeps them for long: they are still signed.
  options="-o Acquire::Check-Valid-Until=false -o Dir::Etc::sourcelist=$work/$suite/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$work/$suite/lists"
  # shellcheck disable=SC2086 # options are words
  apt-get -q $options update
  # shellcheck disable=SC2086
  (cd "$work/$suite/debs" && apt-get -q $options download "$@")
  for deb in "$work/$suite/debs/"*.deb; do
    name=$(dpkg-deb --field "$deb" Package)
    dpkg-deb --extract "$deb" "$work/$suite/$name"
    dpkg-deb --field "$deb" Version | sed 's/^[0-9]*://; s/[+~-].*//' >"$work/$suite/$name.version"
  done
}

# pack SUITE NAME EPOCH DEPENDS CONFLICTS PART...: one of Docker's packages, of the files of Debian's.
pack() {
  suite=$1 name=$2 epoch=$3 depends=$4 conflicts=$5
  shift 5
  root=$work/package
  rm -rf "$root" && mkdir -p "$root/DEBIAN"
  for part; do cp -a "$work/$suite/$part/." "$root/"; done
  # Files of no package of Docker's, and files of two of them.
  rm -rf "${root:?}/usr/share" "$root/etc/default" "$root/etc/init.d"
  version=$(cat "$work/$suite/$1.version")
  printf '%s\n' "Package: $name" "Version: $epoch$version-1~debian" "Architecture: $arch" "Maintainer: nobody" \
    "Depends: $depends" "Conflicts: $conflicts" "Replaces: $conflicts" "Description: $1 of Debian" >"$root/DEBIAN/control"
  if [ "$name" = docker-ce ]; then
    cat >"$root/DEBIAN/postinst" <<'S'
#!/bin/sh
set -e
getent group docker >/dev/null || groupadd --system docker
systemctl daemon-reload
systemctl enable docker.service docker.socket
systemctl restart docker.service
S
    cat >"$root/DEBIAN/prerm" <<'S'
#!/bin/sh
set -e
[ "$1" != remove ] || systemctl stop docker.service docker.socket
S
    chmod 0755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm"
  fi
  dpkg-deb --root-owner-group -Znone --build "$root" "$work/archive/pool/${name}_$version.deb" >/dev/null
}

mkdir -p "$work/archive/pool"
# The only runc that runs on both: newer ones want a newer C library.
fetch bookworm runc
for suite in trixie forky; do
  fetch "$suite" docker.io docker-cli docker-compose docker-buildx containerd
  cp -a "$work/bookworm/runc" "$work/$suite/"
  pack "$suite" containerd.io "" libc6 "containerd, runc" containerd runc
  pack "$suite" docker-ce 5: "containerd.io, docker-ce-cli, iptables, libsystemd0, tini" docker.io docker.io
  pack "$suite" docker-ce-cli 5: libc6 "docker-cli, docker.io" docker-cli
  pack "$suite" docker-compose-plugin "" docker-ce-cli docker-compose docker-compose
  pack "$suite" docker-buildx-plugin "" docker-ce-cli docker-buildx docker-buildx
done

export GNUPGHOME="$work/gnupg"
install -d -m 0700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key "test of the role docker" ed25519 sign never
cd "$work/archive"
gpg --batch --armor --export >./gpg
sha256sum gpg >gpg.sha256
for release in bookworm trixie; do
  packages=dists/$release/stable/binary-$arch/Packages
  mkdir -p "${packages%/*}"
  apt-ftparchive packages pool >"$packages"
  apt-ftparchive -o APT::FTPArchive::Release::Suite="$release" -o APT::FTPArchive::Release::Components=stable \
    -o APT::FTPArchive::Release::Architectures="$arch" release "dists/$release" >"$work/Release"
  gpg --batch --quiet --clearsign --output "dists/$release/InRelease" "$work/Release"
done
tar --create . >&3
