# shellcheck shell=bash disable=SC2034,SC2154 # scripts/box and the two kinds share their variables with it
# The Debian root file system that both boxes are made of. Sourced by scripts/box.
declare -A suites=([12]=bookworm [13]=trixie)
suite=${suites[$debian]}
# Where Debian keeps what makes file systems; not on every user's path.
PATH=$PATH:/usr/sbin:/sbin
image=$(sed -n 's/^image: //p' box/container.yml | sed "s/:13\$/:$debian/")

# vagrant_key: the public half of the key that every fresh box accepts, from the installed Vagrant.
vagrant_key() {
  local private=${VAGRANT_HOME:-$HOME/.vagrant.d}/insecure_private_key
  # Vagrant writes it at its first real command.
  [ -s "$private" ] || vagrant global-status >/dev/null
  # Vagrant removes the exact line that its own file has, comment included, when it puts its own key there.
  printf '%s vagrant insecure public key\n' "$(ssh-keygen -y -f "$private" | cut -d ' ' -f 1,2)"
}

# definition_of FILE...: what identifies a box made of these files on this host.
definition_of() { { cat "$@"; vagrant_key; dpkg --print-architecture; } | sha256sum | cut -c1-16; }
root_definition() { definition_of box/packages.txt box/hooks/* <(echo "$suite"); }

# need PROGRAM...: refuse to begin what cannot end.
need() {
  local program missing=()
  for program; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  [ ${#missing[@]} -eq 0 ] || die "Not installed: ${missing[*]}." "The $kind box is built with it." "Type: ./scripts/setup --provider $provider"
}

# make_root: leave the root as $root, a tar file that later packings use again.
make_root() {
  root=.cache/root-$suite-$(root_definition).tar
  [ -n "$force" ] || [ ! -s "$root" ] || return 0
  step "Make a Debian $suite from its packages (a minute)"
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e "$keyring" ] || die "Debian's archive keys are not on this machine ($keyring)." "Packages without a trusted signature are refused." \
    "Type: sudo apt-get install debian-archive-keyring"
  # Not as a user with namespaces: many hosts have none for users. The tar comes through a pipe: it is the user's, and whole or not at all.
  as_root env TOY_AUTHORIZED_KEY="$(vagrant_key)" mmdebstrap --mode=root --variant=minbase --format=tar --keyring="$keyring" \
    --include="$(grep -v '^#' box/packages.txt | paste -sd,)" --hook-directory="$PWD/box/hooks" "$suite" - >"$work/root.tar" ||
    die "Debian's packages could not be fetched or unpacked." "The box is made of them." \
      "Read the lines above; check the network (and http_proxy), then type: ./scripts/box $kind"
  rm -f .cache/root-"$suite"-*.tar
  mv "$work/root.tar" "$root"
}
