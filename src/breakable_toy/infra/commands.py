"""The commands of ``scripts/infra``, each a function of a deployment and the arguments."""

import argparse
import shlex
import sys
from typing import Any

from breakable_toy.infra import logs, rollout, state, task, users
from breakable_toy.infra.aws import client, explained
from breakable_toy.infra.deployment import Deployment, Registry
from breakable_toy.infra.terraform import Terraform
from breakable_toy.problem import Problem, ProblemError
from breakable_toy.release import ecr


def say(text: str) -> None:
    """Print the progress."""
    print(f"▶ {text}", flush=True)


def ready(deployment: Deployment, retry: str) -> Terraform:
    """Return Terraform with the deployment's state at hand."""
    bucket = state.bucket(deployment)
    if not bucket.is_there():
        raise ProblemError(
            Problem(
                f"There is no bucket for states in {deployment.region} yet.",
                "What Terraform knows of a deployment lies where all of the team can reach it.",
                f"Make it, once: {deployment.command('init')}   Then type: {deployment.command(retry)}",
            )
        )
    terraform = Terraform(deployment)
    if terraform.rescued.is_file() and retry != "recover":
        raise terraform.not_saved()
    terraform.init(bucket, retry)
    return terraform


def applied(deployment: Deployment, retry: str) -> dict[str, Any]:
    """Return the outputs of a deployment that is there."""
    outputs = ready(deployment, retry).outputs(retry)
    if "service" not in outputs:
        raise ProblemError(
            Problem(
                f"{deployment.name} is not at AWS.",
                "There is nothing to look after.",
                f"To bring it there: {deployment.command('plan')}",
            )
        )
    return outputs


def init(deployment: Deployment, _: argparse.Namespace) -> None:
    """Make the bucket and the registry, or have them be as they should."""
    bucket = state.bucket(deployment)
    bucket.make()
    registry = Terraform(Registry(deployment))
    registry.init(bucket, "init")
    values = [f"-var=region={deployment.region}", f"-var=bucket={bucket.name}"]
    registry.run("apply", "-auto-approve", *values, retry="init", quiet=True)
    outputs = registry.outputs("init")
    print(f"✓ States of {deployment.region} are in {bucket.name}, images in {outputs['repository']}.")
    print(f"  For a pipeline's role that plans, added to ReadOnlyAccess: {outputs['plan_policy']}")
    print(f"  Next, an image: ./scripts/cibuild && ./scripts/cipublish {deployment.name}")


def plan(deployment: Deployment, arguments: argparse.Namespace) -> None:
    """Make a plan, show it, and keep it."""
    renews = arguments.renew_password
    # Without an image, a new password is for the one that serves.
    image = arguments.image or (renews and applied(deployment, arguments.retry)["image"]) or ecr.published(deployment)
    say(f"Plan {image} for {deployment.name}")
    terraform = ready(deployment, arguments.retry)
    deployment.plan.unlink(missing_ok=True)
    version = users.password_version(terraform.outputs(arguments.retry), "" if renews else image)
    options = [
        f"-var=web_password_version={version}",
        f"-var-file={deployment.variables}",
        f"-var=environment={deployment.name}",
        f"-var=image={image}",
    ]
    terraform.run("plan", f"-out={deployment.plan}", *options, retry=arguments.retry)
    print(f"✓ Read it. If it is what you want: {deployment.command('apply')}")


def apply(deployment: Deployment, _: argparse.Namespace) -> None:
    """Apply the plan that was reviewed, once, and wait until what it brought serves."""
    if not deployment.plan.is_file():
        raise ProblemError(
            Problem(
                f"There is no plan for {deployment.name}.",
                "Only a reviewed plan is applied, and only once.",
                f"Type: {deployment.command('plan')}",
            )
        )
    terraform = ready(deployment, "plan")
    # The command once this plan is used up: without the image it would be that of the checkout.
    again = f"plan --image {terraform.planned_image(deployment.plan)}"
    plan_file = deployment.plan.rename(deployment.plan.with_suffix(".applied"))
    terraform.run("apply", str(plan_file), retry=again)
    outputs = terraform.outputs(again)
    if "service" not in outputs:
        print(f"✓ {deployment.name} is removed.")
        return
    say("Wait until the new version serves")
    with explained(deployment.command(again)):
        rollout.wait(outputs, say, deployment.command)
    rollout.answer(outputs["readiness"], deployment.command, again)
    print(f"✓ {outputs['url']} serves {outputs['image']}")


def destroy(deployment: Deployment, arguments: argparse.Namespace) -> None:
    """Remove all of it."""
    terraform = ready(deployment, "destroy")
    if not arguments.yes and not is_confirmed(deployment):
        asked = f"Type: {deployment.command('destroy')}   and then: {deployment.name}"
        raise ProblemError(
            Problem(
                f"{deployment.name} stays: its name was not typed.",
                "A removal takes the database and its backups with it.",
                asked if sys.stdin.isatty() else f"Without a terminal, type: {deployment.command('destroy --yes')}",
            )
        )
    deployment.plan.unlink(missing_ok=True)
    nothing = f"{deployment.name}@sha256:{64 * '0'}"
    terraform.run(
        "destroy",
        "-auto-approve",
        f"-var-file={deployment.variables}",
        f"-var=environment={deployment.name}",
        f"-var=image={nothing}",
        retry="destroy",
    )
    print(f"✓ {deployment.name} is removed. Its images stay, its state, which is empty, and for 30 days its keys.")


def is_confirmed(deployment: Deployment) -> bool:
    """Ask at the terminal for the deployment's name."""
    if not sys.stdin.isatty():
        return False
    try:
        typed = input(f"This removes {deployment.name} with its database and backups. Type its name to continue: ")
    except EOFError:
        # The next output begins a line.
        print(flush=True)
        return False
    return typed == deployment.name


def output(deployment: Deployment, arguments: argparse.Namespace) -> None:
    """Print one output, or all."""
    outputs = applied(deployment, arguments.retry)
    if arguments.name and arguments.name not in outputs:
        raise ProblemError(
            Problem(
                f"{deployment.name} has no output {arguments.name}.",
                f"It has: {', '.join(sorted(outputs))}.",
                f"Type: {deployment.command('output')}",
            )
        )
    if arguments.name:
        print(outputs[arguments.name])
        return
    for name, value in sorted(outputs.items()):
        print(f"{name}: {value}")


def migrate(deployment: Deployment, arguments: argparse.Namespace) -> None:
    """Run a command of manage.py."""
    outputs = applied(deployment, arguments.retry)
    place = task.Place(
        deployment.name,
        outputs["region"],
        outputs["cluster"],
        outputs["task_definitions"]["manage"],
        outputs["task_network"]["subnets"],
        outputs["task_network"]["security_groups"],
        outputs["log_group"],
    )
    command = ["python", "manage.py", *(arguments.arguments or ["migrate", "--no-input"])]
    say(f"Run {shlex.join(command)}")
    for line in task.run(place, command):
        print(line)


def rollback(deployment: Deployment, arguments: argparse.Namespace) -> None:
    """Plan the image of the last revision that had another one."""
    outputs = applied(deployment, arguments.retry)
    ecs = client("ecs", outputs["region"])
    (service,) = ecs.describe_services(cluster=outputs["cluster"], services=[outputs["service"]])["services"]
    now = image_of(ecs, service["taskDefinition"])[0]
    family = outputs["task_definitions"]["web"].rpartition("/")[2].partition(":")[0]
    arns = ecs.list_task_definitions(familyPrefix=family, sort="DESC")["taskDefinitionArns"]
    for arn in sorted(arns, key=lambda arn: int(arn.rpartition(":")[2]), reverse=True):
        image, when = image_of(ecs, arn)
        if image != now:
            say(f"Before {now} there was {image}, of {when}. The database keeps what newer migrations have made of it.")
            plan(deployment, argparse.Namespace(image=image, renew_password=False, retry=arguments.retry))
            return
    raise ProblemError(
        Problem(
            f"{deployment.name} has had no other image than {now}.",
            "There is nothing to go back to.",
            f"Plan the image that you want: {deployment.command('plan --image REPOSITORY@sha256:DIGEST')}",
        )
    )


def image_of(ecs: Any, definition: str) -> tuple[str, str]:
    """Return the image that a task definition names, and when it was registered."""
    found = ecs.describe_task_definition(taskDefinition=definition)["taskDefinition"]
    when = found.get("registeredAt")
    return str(found["containerDefinitions"][0]["image"]), f"{when:%Y-%m-%d %H:%M}" if when else "an unknown day"


def show_logs(deployment: Deployment, arguments: argparse.Namespace) -> None:
    """Print the log."""
    seconds = logs.since(arguments.since)
    logs.show(applied(deployment, arguments.retry), seconds, arguments.follow)


def recover(deployment: Deployment, _: argparse.Namespace) -> None:
    """Bring the state that could not be saved to where it belongs."""
    terraform = ready(deployment, "recover")
    next_step = deployment.command("plan --image REPOSITORY@sha256:DIGEST")
    if not terraform.rescued.is_file():
        raise ProblemError(
            Problem(
                f"There is no state of {deployment.name} that could not be saved.",
                "The one in the bucket is the last.",
                f"Go on: {next_step}",
            )
        )
    terraform.run("state", "push", str(terraform.rescued), retry="recover")
    terraform.rescued.unlink()
    print(f"✓ The state is saved. See what is left to do: {next_step}")


def unlock(deployment: Deployment, arguments: argparse.Namespace) -> None:
    """Take the lock from a run that does not hold it any more."""
    ready(deployment, "plan").run("force-unlock", "-force", arguments.lock, retry="plan")
