"""The variable table of each role's README, written from its specification.

``python -m breakable_toy.role_docs`` writes the part between the markers; ``--check`` only compares, and exits with 1
and the names of what is stale.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from breakable_toy.problem import Problem, report
from breakable_toy.usage import Parser

ROLES = Path(__file__).resolve().parents[2] / "roles"
BEGIN, END = "<!-- variables: begin -->", "<!-- variables: end -->"


def rows(name: str, option: dict[str, Any]) -> Iterator[str]:
    """Return the row of an option, and those of the keys that each item of a list has."""
    default = (
        "required"
        if option.get("required")
        else ""
        if "default" not in option
        else f"`{json.dumps(option['default'])}`"
    )
    description = " ".join(str(option["description"]).split())
    if choices := option.get("choices"):
        description += f" One of {', '.join(f'`{choice}`' for choice in choices)}."
    kind = f"{option['type']} of {option['elements']}" if "elements" in option else option["type"]
    yield f"| `{name}` | {kind} | {default} | {description} |"
    for key, inner in option.get("options", {}).items():
        yield from rows(f"{name}[].{key}", inner)


def table(options: dict[str, dict[str, Any]]) -> str:
    """Return the Markdown table of a specification's options."""
    body = [row for name, option in options.items() for row in rows(name, option)]
    return "\n".join(["| variable | type | default | |", "|---|---|---|---|", *body])


def rendered(role: Path) -> str:
    """Return a role's README as it should be."""
    spec = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    head, _, rest = (role / "README.md").read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table(spec.get('options', {}))}\n{END}{tail}"


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check all READMEs; return 1 when one is stale."""
    parser = Parser(prog="role_docs", description="Write the variable tables of the roles' READMEs.")
    parser.add_argument("--check", action="store_true", help="only say which are stale")
    check = parser.parse_args(argv).check
    stale = []
    for role in sorted(path.parents[1] for path in ROLES.glob("*/meta/argument_specs.yml")):
        readme, wanted = role / "README.md", rendered(role)
        if readme.read_text() != wanted:
            stale.append(role.name)
            if not check:
                readme.write_text(wanted)
    if not check or not stale:
        return 0
    return report(
        [
            Problem(
                f"The README of these roles does not say what their specification says: {', '.join(stale)}.",
                "People choose values by that table.",
                "Type: .venv/bin/python -m breakable_toy.role_docs",
            )
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
