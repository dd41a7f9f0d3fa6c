# shellcheck shell=bash disable=SC2034,SC2154 # variables of those who source this, and of common.sh
# What each part of the tests does: a function of its name. Sourced after common.sh, host.sh, release.sh and terraform.sh.
# A part is one chain of &&, because strict mode does not reach into a condition; its name stands in $part.

# What may run beside what. A line begins when all of the one before has ended; beside one another run its lanes (|).
# Whoever asks the toy needs the box first. faults takes its database away: nothing beside it that wants one.
plan=(
  "box | lint unit"
  "app images | browser"
  "faults | task"
  "roles each mutants | infra"
  "publish e2e pipeline | vm"
)
known=" ${plan[*]//|/ } " known=${known/ box / }
# What has passed in this run, with its seconds.
passed_log=.cache/log/passed

# With a report of each part for CI, in .cache/reports.
pytest() { command pytest --junit-xml ".cache/reports/$part.xml" "$@"; }
lint() { scripts/lint; }
unit() { scripts/box container && pytest tests/*.py; }
# The running toy, as it stands here, for those that ask it.
box() { scripts/setup; }
has_box() { grep -q '^box ' "$passed_log" || { echo "✗ There is no running toy to ask: see the part box." >&2; return 1; }; }
# django_tests SERVICE [OPTION...]: in the box, with Compose's options; their report comes from there.
django_tests() {
  local status=0
  in_box "mkdir -p /tmp/reports && docker compose ${*:2} run --rm --volume /tmp/reports:/reports --env PYTEST_ADDOPTS=--junit-xml=/reports/$1.xml $1" ||
    status=$?
  mkdir -p .cache/reports
  in_box "cat /tmp/reports/$1.xml" >".cache/reports/$1.xml" || true
  return "$status"
}
app() { has_box && django_tests test; }
browser() {
  has_box && pytest tests/browser --base-url "http://localhost:$toy_port" --output .cache/browser --screenshot only-on-failure
}
faults() { has_box && pytest tests/faults; }
images() {
  has_box && in_box docker buildx bake --progress plain prod web-test &&
    django_tests test-prod -f compose.yaml -f compose.prod.yaml && pytest tests/images
}
# Each refusal has a machine of its own and mostly waits: more of them at once than there are processors.
roles() { molecule test && pytest tests/negative --numprocesses 4 --dist worksteal; }
each() {
  local role
  for role in roles/*/; do ROLE=$(basename "$role") molecule test -s role || return; done
}
mutants() { scripts/box container && python -m tests.mutation; }
has_terraform() {
  local reason
  reason=$(terraform_missing)
  [ -z "$reason" ] || { echo "✗ $reason" >&2; return 1; }
}
infra() { has_terraform && (check_terraform) && use_provider_folder && pytest tests/aws; }
task() { has_box && in_box docker buildx bake --progress plain prod && pytest tests/task; }
publish() { release_tools skopeo awscli && pytest tests/publish; }
e2e() { scripts/box container && pytest tests/e2e; }
pipeline() { has_terraform && release_tools skopeo awscli && use_provider_folder && pytest tests/pipeline; }
vm() {
  python3 -m breakable_toy.preflight --bare --provider libvirt && scripts/bootstrap --provider libvirt && scripts/box libvirt &&
    TOY_VM_PORT=${TOY_VM_PORT:-$(free_port)} with_group libvirt molecule test -s vm
}
# Whether this machine can run libvirt at all; what else stops it fails the part.
vm_is_possible() {
  python3 -c 'import sys; from breakable_toy import checks, problem; sys.exit(problem.report(filter(None, [checks.virtualization()])))'
}

