# shellcheck shell=bash disable=SC2154 # toy_script and toy_arguments come from common.sh
# Which box this clone has, and who may work on it. Sourced after common.sh.

# only_one [wait]: refuse to run during another run of the same script in this clone, or wait until that has ended.
only_one() {
  local name
  name=$(basename "$toy_script")
  [ "${TOY_LOCK:-}" != "$name" ] || return 0
  mkdir -p .cache
  TOY_LOCK=$name exec python3 -m breakable_toy.only_one ${1:+--wait} ".cache/$name.lock" "$toy_script" ${toy_arguments[@]+"${toy_arguments[@]}"}
}

# box_provider: the provider of the box that exists, or nothing.
box_provider() {
  local id
  for id in .vagrant/machines/default/*/id; do
    if [ -s "$id" ]; then basename "$(dirname "$id")"; fi
  done
}

# default_provider: the provider of a new box, unless one is named.
default_provider() {
  if [ -n "${VAGRANT_DEFAULT_PROVIDER:-}" ]; then
    echo "$VAGRANT_DEFAULT_PROVIDER"
  elif command -v VBoxManage >/dev/null || [ "$(uname -s)" = Darwin ]; then
    echo virtualbox
  else
    echo docker
  fi
}

# known_provider NAME: refuse what the Vagrantfile does not define.
known_provider() { python3 -m breakable_toy.preflight --provider "$1" --box running; }

# prepare_host PROVIDER: bring what a box of that provider needs on this machine: programs, Ansible, and its image.
prepare_host() {
  [ -n "$(box_provider)" ] || python3 -m breakable_toy.preflight --bare --provider "$1" --port "TOY_PORT=$toy_port"
  scripts/bootstrap --provider "$1"
  case $1 in
    docker) in_group docker; scripts/box container ;;
    libvirt) in_group libvirt; scripts/box libvirt ;;
  esac
}

# some_box: fail with the command to type unless this clone has a box.
some_box() { [ -n "$(box_provider)" ] || die "There is no box yet." "The toy runs inside it." "Type: ./scripts/setup"; }

# running_box: the same unless it runs.
running_box() {
  local state
  some_box
  # On failure, Vagrant has said why.
  state=$(vagrant status --machine-readable)
  case $state in
    *,default,state,running*) ;;
    *) die "The box does not run." "./scripts/$(basename "$toy_script") works inside it." "Type: vagrant up" ;;
  esac
}

# in_box COMMAND: run it in the project's folder of the box, with a terminal when there is one.
in_box() {
  local terminal=--no-tty
  if [ -t 0 ] && [ -t 1 ]; then terminal=--tty; fi
  vagrant ssh "$terminal" -c "cd /vagrant && $*"
}

# learn_way: ask Vagrant how to get into the box, for `inside`. The answer goes with the box.
learn_way() {
  local folder
  folder=.vagrant/machines/default/$(box_provider)
  # Of two values ssh takes the first. The box is known by its key from now on: another one may get its address later.
  printf 'StrictHostKeyChecking accept-new\nUserKnownHostsFile "%s"\n' "${PWD//%/%%}/$folder/known_hosts" >"$folder/way"
  vagrant ssh-config >>"$folder/way"
  rm -f "$folder/known_hosts"
  mv "$folder/way" "$folder/ssh-config"
}

# inside COMMAND: run it in the project's folder of the box, without a terminal, which would change what is handed on.
# By ssh itself: Vagrant takes three seconds each time to find the way, and of two at once one may find the box locked.
inside() { ssh -F ".vagrant/machines/default/$(box_provider)/ssh-config" -o LogLevel=ERROR default "cd /vagrant && $*"; }

# shellcheck disable=SC2034 # for those who source this
# The docker provider asks Docker, libvirt's asks libvirt: the caller's session may be older than the group.
case $(box_provider) in docker) group=docker ;; libvirt) group=libvirt ;; *) group= ;; esac
