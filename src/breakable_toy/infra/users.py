"""The database's two users for requests, toy_web_0 and toy_web_1, who take turns: each new version gets a new password.

A running version keeps its password until it is replaced, and so does one that a rollback brings back.
"""

import re
from typing import Any

from breakable_toy.infra.aws import client

FIRST_VERSION = 2


def password_version(outputs: dict[str, Any], image: str) -> int:
    """Return the version of the password to plan with: another one for another image than the one applied last."""
    if "web_password_version" not in outputs:
        return FIRST_VERSION
    last = int(outputs["web_password_version"])
    if outputs["image"] == image:
        return last
    # The user that serves keeps its password. After a rollback by AWS that is not the last one's.
    return last + 2 if (last + 1) % 2 == serving_turn(outputs) else last + 1


def serving_turn(outputs: dict[str, Any]) -> int | None:
    """Return the number of the user with which the service starts its tasks; nothing where it is none of the two."""
    if "service" not in outputs:
        return None
    ecs = client("ecs", outputs["region"])
    for service in ecs.describe_services(cluster=outputs["cluster"], services=[outputs["service"]])["services"]:
        definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        for variable in definition["containerDefinitions"][0]["environment"]:
            found = re.fullmatch(r"toy_web_([01])", variable["value"])
            if variable["name"] == "POSTGRES_USER" and found:
                return int(found[1])
    return None
