# shellcheck shell=bash source-path=SCRIPTDIR
# usage: bash scripts/lib/suites.sh SUITE [PYTEST OPTION...]
# One suite of the tests, a function of its name. src/breakable_toy/plan.py has the stages.
source "$(dirname "$0")/common.sh"
source scripts/lib/box.sh
source scripts/lib/host.sh
source scripts/lib/release.sh
source scripts/lib/terraform.sh
suite=$1
shift

# With a report for CI, and the slowest tests.
pytest() { command pytest --junit-xml ".cache/reports/$suite.xml" --durations 15 --durations-min 1 "$@"; }
# django_tests SERVICE [OPTION...]: in the box, with Compose's options. Their report comes from there.
django_tests() {
  local status=0 report=/tmp/reports/$1.xml
  inside "mkdir -p /tmp/reports && rm -f $report && docker compose ${*:2} run --rm --volume /tmp/reports:/reports" \
    "--env PYTEST_ADDOPTS=--junit-xml=/reports/$1.xml $1" || status=$?
  mkdir -p .cache/reports
  inside cat "$report" >".cache/reports/$1.xml" || rm ".cache/reports/$1.xml"
  return "$status"
}

# The running toy, with the present files.
box() {
  scripts/setup
  learn_way
  # The box of scripts/cibuild.
  [ -z "${TOY_BUILD:-}" ] || renew_images
}
lint() { scripts/lint; }
unit() {
  scripts/box container
  pytest tests/unit --numprocesses 2
}
app() { django_tests test; }
browser() { pytest tests/browser --base-url "http://localhost:$toy_port" --output .cache/browser --screenshot only-on-failure "$@"; }
faults() { pytest tests/faults; }
images() {
  inside docker buildx bake --progress plain prod web-test
  django_tests test-prod -f compose.yaml -f compose.prod.yaml
  # Not the folder of `browser`, which each run of it empties first.
  pytest tests/images --output .cache/browser-images --screenshot only-on-failure
}
task() {
  inside docker buildx bake --progress plain prod
  pytest tests/task
}
roles() { molecule test; }
# More of them at once than there are processors, because they mostly wait. The tests of a file share machines, so each
# file runs in one process; in the order of their names, which has the one that waits for longest early.
refusals() {
  scripts/box container
  pytest tests/refusals --numprocesses 4 --dist loadfile --no-loadscope-reorder
}
each() {
  local role
  for role in roles/*/; do ROLE=$(basename "$role") molecule test -s role; done
}
# Two deployments at a time: Terraform mostly waits. The life of one is a file, and the tests of a file stay together.
infra() {
  check_terraform
  pytest tests/infra --numprocesses 2 --dist loadfile --no-loadscope-reorder
}
publish() {
  release_tools skopeo awscli
  pytest tests/publish
}
e2e() {
  scripts/box container
  pytest tests/e2e "$@"
}
pipeline() {
  release_tools skopeo awscli
  use_provider_folder
  # Shown as it goes, because it has most of the suites in it.
  pytest tests/pipeline --capture=no
}
vm() {
  python3 -m breakable_toy.preflight --bare --provider libvirt
  scripts/bootstrap --provider libvirt
  scripts/box libvirt
  TOY_VM_PORT=${TOY_VM_PORT:-$(free_port)} with_group libvirt molecule test -s vm
}

"$suite" "$@"
