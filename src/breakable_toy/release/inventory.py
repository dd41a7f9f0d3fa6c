"""Write an image's software bill of materials, in CycloneDX, to standard output.

usage: python -m breakable_toy.release.inventory NAME VERSION < SEEN   (SEEN: what look.py has seen)
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

SCHEMA = SchemaVersion.V1_6


def package(url: PackageURL) -> Component:
    """Return a package as a component, by the name that every scanner knows it by."""
    return Component(name=url.name, version=url.version, type=ComponentType.LIBRARY, purl=url, bom_ref=url.to_string())


def components(seen: dict[str, Any]) -> Iterator[Component]:
    """Yield all that is in the image."""
    for name, version, architecture, source in seen["debian"]:
        qualifiers = {"arch": architecture, "distro": f"debian-{seen['distro']}", "upstream": source}
        yield package(PackageURL("deb", "debian", name, version, qualifiers))
    for name, version in seen["python"]:
        yield package(PackageURL("pypi", None, name, version))
    if seen["libraries"]:
        yield from Bom.from_json(seen["libraries"]).components  # type: ignore[attr-defined] # made by py-serializable


def inventory(name: str, version: str, seen: dict[str, Any]) -> str:
    """Return the inventory as JSON that its schema has accepted."""
    bom = Bom(components=components(seen))
    bom.metadata.component = Component(name=name, version=version, type=ComponentType.CONTAINER, bom_ref=name)
    bom.register_dependency(bom.metadata.component, bom.components)
    text = make_outputter(bom, OutputFormat.JSON, SCHEMA).output_as_string(indent=1)
    if wrong := JsonStrictValidator(SCHEMA).validate_str(text):
        raise ValueError(f"The inventory is not as its schema wants it: {wrong}")
    return text


if __name__ == "__main__":
    print(inventory(sys.argv[1], sys.argv[2], json.load(sys.stdin)))
