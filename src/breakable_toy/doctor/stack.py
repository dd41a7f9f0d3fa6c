"""Inside the box: services with health and restarts, memory and disk."""

from breakable_toy.doctor import box
from breakable_toy.doctor.section import Section, output
from breakable_toy.problem import Problem

FORMAT = (
    '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} '
    "{{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}} {{.RestartCount}} {{.State.OOMKilled}}"
)
SCRIPT = f"""
ids=$(docker ps --all --quiet --filter label=com.docker.compose.oneoff=False) || exit 1
[ -z "$ids" ] || docker inspect --format '{FORMAT}' $ids
echo --
awk '/MemTotal|MemAvailable/ {{ printf "%s %d\\n", $1, $2 / 1024 }}' /proc/meminfo
df --output=pcent,avail -BM / | tail -n 1
"""
# A disk fuller than this breaks the next image build.
FULL_PERCENT = 90


def examine() -> Section:
    """Return the section."""
    section = Section("Toy")
    machine = box.running()
    if machine is None:
        section.facts["services"] = "unknown (the box does not run)"
        return section
    services, marker, resources = output(machine.command(SCRIPT)).partition("--\n")
    if not marker:
        section.check(
            Problem(
                "Docker in the box does not answer.",
                "The toy's services run in it.",
                "Run: vagrant provision   Docker's log: vagrant ssh -c 'sudo journalctl -u docker -n 50'",
            )
        )
        return section
    add_services(section, services)
    add_resources(section, resources)
    return section


def add_services(section: Section, printed: str) -> None:
    """Add the services, a line each of FORMAT."""
    if not printed.strip():
        section.check(
            Problem(
                "No service runs in the box.", "The toy is its services.", "Run: vagrant provision   (it starts them)"
            )
        )
    for line in printed.splitlines():
        name, status, health, restarts, killed = line.split()
        word = f"{status}{'' if health == '-' else f', {health}'}, {restarts} restarts"
        section.facts[name] = word + (", once killed for its memory" if killed == "true" else "")
        if status != "running" or health not in ("-", "healthy"):
            section.check(
                Problem(
                    f"The service {name} is {status}{'' if health == '-' else f' and {health}'}.",
                    "Pages that need it fail.",
                    f"Run: vagrant ssh -c 'cd /vagrant && docker compose logs --tail 30 {name}'; vagrant provision",
                )
            )


def add_resources(section: Section, printed: str) -> None:
    """Add memory in MiB and the disk, as SCRIPT prints them."""
    total, available, disk = [*printed.strip().splitlines(), *["? 0"] * 3][:3]
    section.facts["memory"] = f"{available.split()[1]} MiB available of {total.split()[1]} MiB"
    percent, free = [*disk.split(), "0%", "?"][:2]
    section.facts["disk"] = f"{percent} used, {free} free"
    if percent.rstrip("%").isdigit() and int(percent.rstrip("%")) > FULL_PERCENT:
        section.check(
            Problem(
                f"The box's disk is {percent} full.",
                "The next image build or database write fails.",
                "Run: vagrant ssh -c 'docker system df'   then: docker image prune in the box",
            )
        )
