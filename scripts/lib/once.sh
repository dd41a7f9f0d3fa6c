# shellcheck shell=bash
# only_one NAME: refuse to run beside another run of the same script in this clone. The lock ends with the process.
only_one() {
  mkdir -p .cache
  # A script that starts itself again (in_group) keeps the lock it has.
  [ -z "${TOY_LOCKED:-}" ] || return 0
  exec {lock}>>".cache/$1.lock"
  flock --nonblock "$lock" ||
    die "Another ./scripts/$1 is running in this clone." "Two at once would make the same box twice." "Wait for it to end, or stop it with Ctrl-C, then run this again."
  export TOY_LOCKED=1
}
