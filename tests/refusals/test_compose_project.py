"""Refusals of the role compose_project, and the data that it keeps."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.refusals.machine import Machine, play
from tests.support.dotenv import ENV, NAMES
from tests.support.project import ROOT

SHELL = ["/bin/busybox", "sh", "-c"]
SMALL = {"mem_limit": "16m", "memswap_limit": "16m"}
# Four turns in a few seconds.
QUICK = {"compose_project_wait_timeout": 12}
SICK = {
    "services": {
        "sick": {
            "image": "tiny",
            "command": ["/bin/busybox", "sh", "-c", "echo the disk of my dreams is full; exec /bin/busybox sleep 600"],
            "healthcheck": {"test": ["CMD", *SHELL, "echo no such tablespace; exit 7"], "interval": "1s", "retries": 2},
        },
        "hungry": {
            "image": "tiny",
            "command": ["/bin/busybox", "dd", "if=/dev/zero", "of=/dev/null", "bs=64M"],
            **SMALL,
        },
        "broken": {"image": "tiny", "profiles": ["tasks"], "command": ["/bin/busybox", "ls", "/no/such/table"]},
    }
}
# Read by Compose before and after the role's own program has set each variable.
DIFFER = """
import json, os, subprocess, sys
from pathlib import Path


def read(text):
    Path(".env").write_text(text)
    command = ["docker", "compose", "config", "--format", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    return json.loads(done.stdout)["services"]["of"]["environment"]


given = json.load(sys.stdin)
before = read(given["text"])
for name in given["names"]:
    after = read(with_value(given["text"], name, given["value"]))
    if after != {**before, name: given["value"].replace("$", "$$")}:
        print(name, before, after)
"""
# A service that fails on request.
FAILS = "until [ -e /here/end ]; do /bin/busybox sleep 0.2; done; exit 1"
# Where Compose was not asked.
IDLE = r"TASK \[.*Start the services in turns.*\] \*+\nskipping"


def compose(docker: Machine, **variables: Any) -> str:
    """Apply compose_project to the sick project; return what it said when it failed."""
    docker.run("mkdir -p /srv/sick && cat >/srv/sick/compose.yaml", stdin=yaml.safe_dump(SICK))
    done = docker.apply("compose_project", compose_project_src="/srv/sick", compose_project_owner="root", **variables)
    assert done.returncode != 0
    return done.stdout


def written(docker: Machine, name: str, services: dict[str, Any]) -> dict[str, Any]:
    """Write a project there; return the role's variables for it."""
    docker.run(f"mkdir -p /srv/{name} && cat >/srv/{name}/compose.yaml", stdin=yaml.safe_dump({"services": services}))
    return {"compose_project_src": f"/srv/{name}", "compose_project_owner": "root"}


def removed(docker: Machine, name: str) -> None:
    """Remove a project's containers."""
    docker.run(f"docker compose --project-directory /srv/{name} down --timeout 0")


def test_service_that_never_becomes_healthy_is_shown(docker: Machine) -> None:
    """The message has the service's last log lines and what to type."""
    told = " ".join(compose(docker, **QUICK).split())
    cause, _, logs = told.partition("Last output of the services")
    assert "A service of /srv/sick failed, or never became healthy" in cause
    assert "The service sick is unhealthy. Its health check ended with status 7 and said: no such tablespace" in cause
    assert "The service hungry has ended with status 137 (out of memory:" in cause
    assert "the limit of 16 MiB" in cause
    assert "the disk of my dreams is full" in logs
    assert "vagrant provision" in logs


def test_unhealthy_service_is_healed(docker: Machine) -> None:
    """One whose configuration did not change is restarted; so is a paused one."""
    check = {"test": ["CMD", "/bin/busybox", "test", "!", "-e", "/state/sick"], "interval": "1s", "retries": 1}
    web = {"image": "tiny", "command": [*SHELL, "trap exit TERM; /bin/busybox sleep 600 & wait"], "tmpfs": ["/state"]}
    services = {"web": {**web, "healthcheck": check}, "paused": web}
    variables = written(docker, "healed", services)
    docker.applied("compose_project", **variables)
    before = docker.run("docker ps --quiet --filter name=healed | sort")
    docker.run("docker pause healed-paused-1; docker exec healed-web-1 /bin/busybox touch /state/sick")
    docker.run("until docker inspect healed-web-1 | grep -q unhealthy; do sleep 0.2; done")
    docker.applied("compose_project", **variables)
    status = "docker inspect --format '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' healed-"
    assert "running healthy" == docker.run(f"{status}web-1")
    assert "running" == docker.run(f"{status}paused-1")
    assert before == docker.run("docker ps --quiet --filter name=healed | sort")
    removed(docker, "healed")


def test_service_that_ends_well_runs_once(docker: Machine) -> None:
    """Status 0 is a success, whether or not another service waits for it; another run repeats nothing."""
    once = {"image": "tiny", "volumes": [".:/here"]}
    services: dict[str, Any] = {
        "first": {**once, "command": [*SHELL, "echo ran >>/here/first"]},
        "leaf": {**once, "command": [*SHELL, "echo ran >>/here/leaf"]},
        "web": {"image": "tiny", "command": ["/bin/busybox", "sleep", "600"], "restart": "unless-stopped"},
    }
    services["web"]["depends_on"] = {"first": {"condition": "service_completed_successfully"}}
    variables = written(docker, "once", services)
    told = docker.applied("compose_project", **variables)
    assert "Begin the next turn" not in told
    assert "changed=0" in docker.applied("compose_project", **variables)
    web = docker.run("docker inspect --format {{.State.StartedAt}} once-web-1")
    services["leaf"]["environment"] = {"ANOTHER": "1"}
    services["ill"] = {"image": "tiny", "command": ["/bin/busybox", "false"]}
    told = docker.refused("compose_project", **written(docker, "once", services), **QUICK)
    assert "The service ill has ended with status 1" in told
    del services["ill"]
    docker.applied("compose_project", **written(docker, "once", services))
    docker.run("! ls /etc/systemd/system/compose-srv-once-*.service 2>/dev/null")
    assert "ran" == docker.run("cat /srv/once/first")
    assert "ran ran" == docker.run("xargs </srv/once/leaf")
    assert web == docker.run("docker inspect --format {{.State.StartedAt}} once-web-1")
    removed(docker, "once")


def test_service_that_is_built_needs_no_target(docker: Machine) -> None:
    """A service with build: is built, tasks included; a mistake is reported at once."""
    services: dict[str, Any] = {
        "web": {"build": {"dockerfile_inline": "FROM tiny\n"}, "command": ["/bin/busybox", "sleep", "600"]},
        "seed": {
            "build": {"dockerfile_inline": "FROM tiny\n"},
            "command": ["/bin/busybox", "true"],
            "profiles": ["tasks"],
        },
    }
    tasks = {"compose_project_tasks": [{"service": "seed", "changed_pattern": "x"}]}
    variables = {**written(docker, "built", services), **tasks, "compose_project_pull": "never"}
    docker.applied("compose_project", **variables)
    assert "running" == docker.run("docker inspect --format {{.State.Status}} built-web-1")
    services["web"]["build"] = {"dockerfile_inline": "FROM tiny\nRIN true\n"}
    told = docker.refused("compose_project", **{**variables, **written(docker, "built", services)})
    assert re.search("The images of /srv/built could not be built: .*unknown instruction: RIN", told)
    assert "RETRYING" not in told
    services["web"]["imagine"] = "tiny"
    told = docker.refused("compose_project", **{**variables, **written(docker, "built", services)})
    assert "Compose cannot read it: " in told
    assert "could not be built" not in told
    docker.run("docker rm --force built-web-1 && docker network rm built_default")


def test_image_that_cannot_be_had_is_named_first(docker: Machine) -> None:
    """If it cannot be pulled, with Docker's words; where it must not be, before anything is tried."""
    variables = written(docker, "unheard", {"web": {"image": "registry.invalid/web:1"}})
    told = docker.refused("compose_project", **variables, **QUICK)
    cause, _, _ = told.partition("Last output of the services")
    assert "The image registry.invalid/web:1 of the service web is not on this machine. What failed:" in cause
    assert "registry.invalid" in cause.partition("What failed:")[2]
    told = docker.refused("compose_project", **variables, compose_project_pull="never")
    assert "These images are not on this machine: registry.invalid/web:1." in told
    assert "compose_project_pull is never" in told


def test_owner_may_be_another_than_who_logs_in(docker: Machine, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over SSH, without pipelining and without ACLs, as Ansible and Debian are by themselves."""
    monkeypatch.setenv("ANSIBLE_PIPELINING", "false")
    docker.run("! command -v setfacl")
    docker.run("id other >/dev/null 2>&1 || useradd --groups docker other")
    docker.run("cat >>/home/vagrant/.ssh/authorized_keys", stdin=key.with_suffix(".pub").read_text())
    services = {"web": {"image": "tiny", "command": ["/bin/busybox", "sleep", "600"]}}
    variables = {**written(docker, "other", services), "compose_project_owner": "other"}
    options = f"-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ControlPath=none -o IdentityFile={key}"
    inventory = f"{docker.address} ansible_user=vagrant ansible_ssh_common_args='{options}'"
    done = play(docker.folder, "compose_project", inventory, variables)
    assert done.returncode == 0, done.stdout
    removed(docker, "other")


def test_failed_task_is_shown(docker: Machine) -> None:
    """A one-shot task that fails shows what it said, after what the others said, which may be of another time."""
    told = compose(docker, compose_project_tasks=[{"service": "broken", "changed_pattern": "x"}])
    assert "/no/such/table: No such file or directory" in told.partition("What failed:")[2]


def test_failed_build_is_shown(docker: Machine) -> None:
    """A build that fails shows its last lines, and what to do about a network or a proxy."""
    docker.run("mkdir -p /srv/sick && cat >/srv/sick/docker-bake.hcl", stdin='target "web" {}')
    docker.run("cat >/srv/sick/Dockerfile", stdin='FROM tiny\nRUN ["/bin/busybox", "ls", "/no/such/index"]\n')
    told = compose(docker, compose_project_bake_targets=["web"])
    assert "The images of /srv/sick could not be built" in told
    assert "/no/such/index: No such file or directory" in told
    assert "base_ca_certificates" in told


def test_project_that_compose_does_not_understand_is_refused(docker: Machine) -> None:
    """What Compose says of the file is shown; the values of .env are not."""
    docker.run("mkdir -p /srv/odd && cat >/srv/odd/compose.yaml", stdin="services: {web: {imagine: tiny}}")
    docker.run("echo PASSWORD=hunter2 >/srv/odd/.env")
    told = docker.refused("compose_project", compose_project_src="/srv/odd", compose_project_owner="root")
    assert "Compose cannot read it: " in told
    assert "imagine" in told
    assert "hunter2" not in told


def test_project_whose_services_cannot_be_told_is_refused(docker: Machine) -> None:
    """One that needs a service of a profile that is off: nothing would be started, which is a failure."""
    services = {
        "web": {"image": "tiny", "command": ["/bin/busybox", "sleep", "600"], "depends_on": ["cache"]},
        "cache": {"image": "tiny", "command": ["/bin/busybox", "sleep", "600"], "profiles": ["extra"]},
    }
    docker.run("mkdir -p /srv/half && cat >/srv/half/compose.yaml", stdin=yaml.safe_dump({"services": services}))
    variables = {"compose_project_src": "/srv/half", "compose_project_owner": "root"}
    told = docker.refused("compose_project", **variables)
    assert "Compose cannot read it: " in told
    assert "cache" in told
    docker.applied("compose_project", **variables, compose_project_env={"COMPOSE_PROFILES": "extra"})
    docker.run("docker compose --project-directory /srv/half down --timeout 0")


def test_task_that_cannot_be_is_refused(docker: Machine) -> None:
    """A task that the project does not have, or that watches what is not there, is named."""
    tasks: list[dict[str, Any]] = [{"service": "migrat", "changed_pattern": "x"}]
    told = " ".join(compose(docker, compose_project_tasks=tasks).split())
    assert "It has no service migrat, which compose_project_tasks names; it has broken, hungry, sick." in told
    tasks = [{"service": "broken", "changed_pattern": "x", "watch": ["migrations"]}]
    told = " ".join(compose(docker, compose_project_tasks=tasks).split())
    assert "The task broken watches migrations, which cannot be read: No such file or directory." in told


def test_what_is_edited_during_a_task_is_not_lost(docker: Machine) -> None:
    """A task that began before a change of what it watches runs again."""
    command = ["/bin/busybox", "sh", "-c", "echo edited >>/here/watched"]
    services = {"task": {"image": "tiny", "profiles": ["tasks"], "command": command, "volumes": [".:/here"]}}
    docker.run("mkdir -p /srv/edited && cat >/srv/edited/compose.yaml", stdin=yaml.safe_dump({"services": services}))
    docker.run("echo new >/srv/edited/watched")
    variables = {
        "compose_project_src": "/srv/edited",
        "compose_project_owner": "root",
        "compose_project_tasks": [{"service": "task", "changed_pattern": "x", "watch": ["watched"]}],
    }
    for _ in range(2):
        docker.applied("compose_project", **variables)
    assert "new edited edited" == docker.run("xargs </srv/edited/watched")


def test_task_that_another_has_spared_is_passed_over(docker: Machine) -> None:
    """A task that is no longer pending, because the one before it has done its work, is skipped."""
    shell = ["/bin/busybox", "sh", "-c"]
    folder = {"image": "tiny", "profiles": ["tasks"], "volumes": [".:/here"]}
    services = {
        "first": {**folder, "command": [*shell, "echo old >/here/watched"]},
        "second": {**folder, "command": [*shell, "echo ran >>/here/second"]},
    }
    docker.run("mkdir -p /srv/spared && cat >/srv/spared/compose.yaml", stdin=yaml.safe_dump({"services": services}))
    docker.run("cd /srv/spared && echo old >watched; echo 1 >edited")
    watched = {"first": ["watched", "edited"], "second": ["watched"]}
    variables = {
        "compose_project_src": "/srv/spared",
        "compose_project_owner": "root",
        "compose_project_tasks": [
            {"service": name, "changed_pattern": "x", "watch": watch} for name, watch in watched.items()
        ],
    }
    docker.applied("compose_project", **variables)
    docker.run("cd /srv/spared && echo new >watched; echo 2 >edited")
    docker.applied("compose_project", **variables)
    assert "ran" == docker.run("cat /srv/spared/second")


def test_project_that_a_task_has_spoiled_is_refused(docker: Machine) -> None:
    """If Compose cannot read the project any more after a task, the role stops."""
    command = ["/bin/busybox", "sh", "-c", "echo ] >>/here/compose.yaml"]
    services = {"task": {"image": "tiny", "profiles": ["tasks"], "command": command, "volumes": [".:/here"]}}
    docker.run("mkdir -p /srv/spoiled && cat >/srv/spoiled/compose.yaml", stdin=yaml.safe_dump({"services": services}))
    told = docker.refused(
        "compose_project",
        compose_project_src="/srv/spoiled",
        compose_project_owner="root",
        compose_project_tasks=[{"service": "task", "changed_pattern": "x"}],
    )
    assert "Compose cannot read it: " in told


def test_volume_that_comes_later_repeats_no_task(docker: Machine) -> None:
    """A task runs again when a volume that it found is gone, not when a service has made another one."""
    shell = ["/bin/busybox", "sh", "-c"]
    services = {
        "task": {
            "image": "tiny",
            "profiles": ["tasks"],
            "volumes": [".:/here"],
            "command": [*shell, "echo >>/here/ran"],
        },
        "web": {"image": "tiny", "volumes": ["own:/own"], "command": ["/bin/busybox", "sleep", "600"]},
    }
    project = {"services": services, "volumes": {"own": {}}}
    docker.run("mkdir -p /srv/later && cat >/srv/later/compose.yaml", stdin=yaml.safe_dump(project))
    variables = {
        "compose_project_src": "/srv/later",
        "compose_project_owner": "root",
        "compose_project_tasks": [{"service": "task", "changed_pattern": "x"}],
    }
    for _ in range(2):
        docker.applied("compose_project", **variables)
    assert "1" == docker.run("wc -l </srv/later/ran")
    docker.run("docker compose --project-directory /srv/later down --timeout 0")


def test_values_are_read_back_as_they_were_given(docker: Machine) -> None:
    """Whatever is in a value, Compose reads that, and the second run changes nothing."""
    values = {"A": "pa$$word", "B": "a #b", "C": 'it\'s "so"', "D": "a\\b$x\\", "E": "two\nlines", "F": "plain-1.0"}
    values["G"] = "one\n"
    web = {"image": "tiny", "command": ["/bin/busybox", "sleep", "600"]}
    services = {"web": {**web, "environment": {name: f"${{{name}}}" for name in values}}}
    docker.run("mkdir -p /srv/values && cat >/srv/values/compose.yaml", stdin=yaml.safe_dump({"services": services}))
    # As a person may have begun the file.
    docker.run(
        "cat >/srv/values/.env", stdin="\ufeffexport A : old\n  SECRET=''\nKEPT = 'mine' # by hand\nF: plain-1.0"
    )
    variables = {
        "compose_project_src": "/srv/values",
        "compose_project_owner": "root",
        "compose_project_env": values,
        "compose_project_secrets": ["SECRET", "KEPT"],
    }
    docker.applied("compose_project", **variables)
    assert "KEPT = 'mine' # by hand" in docker.run("cat /srv/values/.env")
    read = docker.run("docker inspect --format '{{json .Config.Env}}' values-web-1")
    assert values.items() <= dict(entry.split("=", 1) for entry in json.loads(read)).items()
    assert "8" == docker.run("grep --count = /srv/values/.env")
    assert "1" == docker.run("grep --count ^F /srv/values/.env")
    assert "changed=0" in docker.applied("compose_project", **variables)
    docker.run("docker compose --project-directory /srv/values down --timeout 0")


def test_one_grammar_of_env(docker: Machine) -> None:
    """Whichever statement the role replaces, Compose reads the new value there, and every other one as before."""
    asked = json.dumps({"services": {"of": {"image": "tiny", "environment": {name: f"${{{name}}}" for name in NAMES}}}})
    source = (ROOT / "plugins/module_utils/dotenv.py").read_text() + DIFFER
    docker.run("mkdir -p /srv/grammar && cat >/srv/grammar/differ.py", stdin=source)
    docker.run("cat >/srv/grammar/compose.yaml", stdin=asked)
    given = json.dumps({"text": ENV, "names": NAMES, "value": 'it\'s "new" $x \\ #1\n'})
    assert "" == docker.run("cd /srv/grammar && python3 differ.py", stdin=given)


def test_env_that_cannot_be_read_is_refused(docker: Machine) -> None:
    """Its line is named, not shown: what it holds may be a secret."""
    variables = written(docker, "unread", {})
    for line, reason in (("PASSWORD hunter2", "line 2: "), ("PASSWORD=hunter2${x", "a value has ")):
        docker.run(f"printf 'A=1\n%s\n' '{line}' >/srv/unread/.env")
        told = docker.refused("compose_project", **variables, compose_project_secrets=["A"])
        assert f"Compose cannot read /srv/unread/.env: {reason}" in told
        assert "hunter2" not in told
        assert "changed=0" in told


def test_folder_of_secrets_stays_as_it_is(docker: Machine) -> None:
    """A folder that is there is not closed; one that is made for secrets is for their owner only."""
    docker.run("mkdir -p /srv/folders/open && cat >/srv/folders/compose.yaml", stdin=yaml.safe_dump({"services": {}}))
    files = {f"{folder}/file": str(ROOT / "README.md") for folder in ("open", "new")}
    docker.applied(
        "compose_project",
        compose_project_src="/srv/folders",
        compose_project_owner="root",
        compose_project_secret_files=files,
    )
    assert "755 700 600 600" == docker.run("cd /srv/folders; stat --format %a open new */file | xargs")


def test_folders_of_secrets_are_their_owners(docker: Machine) -> None:
    """In a folder that is root's, folders for another owner's secrets are made for that owner only, however deep."""
    docker.run("useradd --gid users --groups docker deploy && mkdir -p /srv/owned")
    docker.run("cat >/srv/owned/compose.yaml", stdin=yaml.safe_dump({"services": {}}))
    docker.applied(
        "compose_project",
        compose_project_src="/srv/owned",
        compose_project_owner="deploy",
        compose_project_env={"A": "1"},
        compose_project_secret_files={path: str(ROOT / "README.md") for path in ("a/b/file", "a/file")},
    )
    access = docker.run("cd /srv/owned; stat --format '%U:%G %a' .env a a/b a/file a/b/file")
    assert [f"deploy:users {mode}" for mode in (600, 700, 700, 600, 600)] == access.splitlines()


def test_unknown_owner_is_refused(docker: Machine) -> None:
    """A typo in the owner's name is named before anything is made."""
    docker.run("mkdir -p /srv/some && echo 'services: {}' >/srv/some/compose.yaml")
    told = docker.refused("compose_project", compose_project_src="/srv/some", compose_project_owner="vagarnt")
    assert "vagarnt has no account on this machine" in told
    assert "changed=0" in told


def test_machine_without_compose_is_refused(lasting: Machine) -> None:
    """If Docker is not installed, the message names one that does."""
    lasting.run("mkdir -p /srv/some && echo 'services: {}' >/srv/some/compose.yaml")
    told = lasting.refused("compose_project", compose_project_src="/srv/some", compose_project_owner="root")
    assert "This machine has no Docker with Compose v2" in told
    assert "breakable.toy.docker" in told


def test_compose_is_asked_again_after_any_change(docker: Machine) -> None:
    """Services that run as they were started are left alone; what stopped, or is to be another, is started."""
    web = {"image": "tiny:web", "command": ["/bin/busybox", "sleep", "600"], "restart": "unless-stopped"}
    project: dict[str, Any] = {"services": {"web": web, "other": web}}
    variables = {"compose_project_src": "/srv/again", "compose_project_owner": "root"}

    def applied(**more: Any) -> str:
        docker.run("mkdir -p /srv/again && cat >/srv/again/compose.yaml", stdin=yaml.safe_dump(project))
        return docker.applied("compose_project", **variables, **more)

    def seen(form: str) -> str:
        return docker.run(f"docker inspect --format '{{{{{form}}}}}' again-web-1")

    docker.run("docker tag tiny tiny:web")
    applied(compose_project_services=["web"])
    first = seen(".Id")
    assert re.search(IDLE, applied(compose_project_services=["web"]))
    assert first == seen(".Id")
    # Wanted only now.
    assert "changed=1" in applied()
    docker.run("docker inspect again-other-1")
    docker.run("docker kill again-web-1")
    assert "changed=1" in applied()
    assert f"running {first}" == seen(".State.Status}} {{.Id")
    # Another image of the same name.
    docker.run("echo FROM tiny | docker build --quiet --label another=1 --tag tiny:web -")
    assert "changed=1" in applied()
    assert "1" == seen('index .Config.Labels "another"')
    # Nothing of a service, but of what it is joined to: what that means is Compose's business.
    project["networks"] = {"default": {"labels": {"another": "1"}}}
    assert not re.search(IDLE, applied())
    assert re.search(IDLE, applied())
    docker.run("docker compose --project-directory /srv/again down --timeout 0")


def test_service_that_ends_is_started_again(docker: Machine) -> None:
    """A service that failed after its start is not left alone; nor is one of a new profile."""
    web: dict[str, Any] = {"image": "tiny", "command": [*SHELL, FAILS], "restart": "no", "volumes": [".:/here"]}
    services = {"web": web, "debug": {**web, "command": ["/bin/busybox", "sleep", "600"], "profiles": ["debug"]}}
    docker.run("mkdir -p /srv/ends && cat >/srv/ends/compose.yaml", stdin=yaml.safe_dump({"services": services}))
    variables = {"compose_project_src": "/srv/ends", "compose_project_owner": "root"}
    status = "docker inspect --format {{.State.Status}} ends-"
    docker.applied("compose_project", **variables)
    docker.run(f"touch /srv/ends/end; until {status}web-1 | grep -q exited; do sleep 0.2; done; rm /srv/ends/end")
    assert not re.search(IDLE, docker.applied("compose_project", **variables))
    docker.run(f"! {status}debug-1 2>/dev/null")
    docker.applied("compose_project", **variables, compose_project_env={"COMPOSE_PROFILES": "debug"})
    assert "running" == docker.run(f"{status}debug-1")
    docker.run("docker compose --project-directory /srv/ends --profile '*' down --timeout 0")


def test_folders_that_look_alike_are_two_projects(docker: Machine) -> None:
    """Each has separate records, and a separate start at boot: a run for one does not change the other."""
    command = ["/bin/busybox", "sh", "-c", "echo ran >>/here/ran"]
    services = {
        "task": {"image": "tiny", "profiles": ["tasks"], "command": command, "volumes": [".:/here"]},
        "web": {"image": "tiny", "command": ["/bin/busybox", "sleep", "600"], "restart": "no"},
    }
    folders = ("/srv/alike/two", "/srv/alike-two", "/srv/alike@two")
    for folder in folders:
        docker.run(f"mkdir -p {folder} && cat >{folder}/compose.yaml", stdin=yaml.safe_dump({"services": services}))
    for times in range(2):
        for folder in folders:
            told = docker.applied(
                "compose_project",
                compose_project_src=folder,
                compose_project_owner="root",
                compose_project_tasks=[{"service": "task", "changed_pattern": "x"}],
            )
            assert times == told.count("changed=0")
            assert "ran" == docker.run(f"cat {folder}/ran")
    for folder in folders:
        docker.run(f"docker compose --project-directory {folder} down --timeout 0")


def test_newer_image_is_pulled_where_that_is_asked_for(docker: Machine, registry: dict[str, str]) -> None:
    """With `always`, what the registry has under the same tag runs; without, what is here; and then it runs on."""
    (name,) = registry
    image = f"{name}/web"
    web = {"image": image, "command": ["/bin/busybox", "sleep", "600"]}
    docker.run("mkdir -p /srv/newer && cat >/srv/newer/compose.yaml", stdin=yaml.safe_dump({"services": {"web": web}}))
    variables = {"compose_project_src": "/srv/newer", "compose_project_owner": "root"}
    seen = "docker inspect --format '{{.Id}} {{index .Config.Labels \"of\"}}' newer-web-1"
    docker.applied("docker", docker_registry_certificates=registry)
    push = f"docker build --quiet --label of=$of --tag {image} - && docker push {image} && docker image rm {image}"
    docker.run(f"of=old; echo FROM tiny | {push}")
    docker.applied("compose_project", **variables)
    old = docker.run(seen)
    assert old.endswith(" old")
    # Of another project: this machine keeps its image of the tag.
    docker.run(f"docker tag {image} kept && of=new; echo FROM tiny | {push}; docker tag kept {image}")
    assert re.search(IDLE, docker.applied("compose_project", **variables))
    assert old == docker.run(seen)
    docker.applied("compose_project", **variables, compose_project_pull="always")
    new = docker.run(seen)
    assert new.endswith(" new")
    docker.applied("compose_project", **variables, compose_project_pull="always")
    assert new == docker.run(seen)
    docker.run(f"docker compose --project-directory /srv/newer down --timeout 0; docker image rm {image} kept")
    docker.applied("docker")


def test_states_keep_the_data(docker: Machine) -> None:
    """Stopped, removed and started again, a project has what it had; its task runs again only when that is gone."""
    project = (ROOT / "roles/compose_project/tests/project/compose.yaml").read_text()
    docker.run("mkdir -p /srv/states && cat >/srv/states/compose.yaml", stdin=project)
    variables = {
        "compose_project_src": "/srv/states",
        "compose_project_owner": "root",
        "compose_project_tasks": [{"service": "migrate", "changed_pattern": "Applying"}],
    }
    runs = "docker compose --project-directory /srv/states exec web /bin/busybox grep -c ran /data/migrated"
    docker.applied("compose_project", **variables)
    assert "1" == docker.run(runs)

    docker.applied("compose_project", **variables, compose_project_state="stopped")
    assert "exited" == docker.run("docker inspect --format '{{.State.Status}}' example-web-1")
    assert "changed=0" in docker.applied("compose_project", **variables, compose_project_state="stopped")
    docker.run("! ls /etc/systemd/system/compose-srv-states-*.service 2>/dev/null")

    docker.applied("compose_project", **variables, compose_project_state="absent")
    docker.run("! docker inspect example-web-1 2>/dev/null")
    assert "changed=0" in docker.applied("compose_project", **variables, compose_project_state="absent")

    docker.applied("compose_project", **variables)
    assert "1" == docker.run(runs)

    docker.run("docker compose --project-directory /srv/states down --volumes")
    docker.applied("compose_project", **variables)
    assert "1" == docker.run(runs)


def test_stopped_outlives_docker(docker: Machine) -> None:
    """Containers that Docker always starts again stay stopped when it starts itself, and come back when asked for."""
    web = {"image": "tiny", "command": ["/bin/busybox", "sleep", "600"], "restart": "always"}
    docker.run(
        "mkdir -p /srv/lasting && cat >/srv/lasting/compose.yaml", stdin=yaml.safe_dump({"services": {"web": web}})
    )
    variables = {"compose_project_src": "/srv/lasting", "compose_project_owner": "root"}
    status = "docker inspect --format '{{.State.Status}}' lasting-web-1"
    docker.applied("compose_project", **variables)
    assert "changed=1" in docker.checked("compose_project", **variables, compose_project_state="stopped")
    assert "running" == docker.run(status)
    docker.applied("compose_project", **variables, compose_project_state="stopped")
    docker.run("systemctl restart docker")
    assert "exited" == docker.run(status)
    assert "changed=0" in docker.applied("compose_project", **variables, compose_project_state="stopped")
    # A one-off command, of which Docker keeps nothing, does not count as stopped.
    own = "docker compose --project-directory /srv/lasting run --rm --detach --name own web /bin/busybox sleep 600"
    docker.run(own)
    docker.applied("compose_project", **variables)
    docker.run("docker rm --force own")
    assert "always" == docker.run("docker inspect --format '{{.HostConfig.RestartPolicy.Name}}' lasting-web-1")
    docker.run("systemctl restart docker")
    assert "running" == docker.run(status)
    assert "changed=0" in docker.applied("compose_project", **variables)
    docker.run("docker compose --project-directory /srv/lasting down --timeout 0")


def test_folder_without_project_is_refused(docker: Machine) -> None:
    """If no project was synced, the message says so."""
    done = docker.apply("compose_project", compose_project_src="/srv/nothing")
    assert done.returncode != 0
    assert "There is no compose.yaml in /srv/nothing" in done.stdout
