"""AWS for the tests: moto's server, with what the deployment needs and moto does not have.

``python -m tests.infra.moto_server PORT`` serves on 127.0.0.1 until its standard input ends.

moto keeps of CloudFront what it knows, which is less than was sent: here all of it is kept as it was sent.
"""

import json
import os
import sys
import uuid
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

from moto import server
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.cloudfront import urls
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

API = "/2020-05-31/"
NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
# By their paths: what a thing is called in XML, what it is made of, and AWS's word for one that is not there.
KINDS = {
    "distribution": ("Distribution", "DistributionConfig", "NoSuchDistribution"),
    "response-headers-policy": (
        "ResponseHeadersPolicy",
        "ResponseHeadersPolicyConfig",
        "NoSuchResponseHeadersPolicy",
    ),
    "vpc-origin": ("VpcOrigin", "VpcOriginEndpointConfig", "EntityNotFound"),
}
# AWS answers unset values, too.
ABSENT = {
    "Distribution": {
        "ActiveTrustedSigners": {"Enabled": "false", "Quantity": "0"},
        "ActiveTrustedKeyGroups": {"Enabled": "false", "Quantity": "0"},
    },
    "DistributionConfig": {
        "Aliases": {"Quantity": "0"},
        "OriginGroups": {"Quantity": "0"},
        "CustomErrorResponses": {"Quantity": "0"},
        "Logging": {"Enabled": "false", "IncludeCookies": "false", "Bucket": "", "Prefix": ""},
    },
}
# What Terraform's provider asks when it has made or looks at something, and what AWS would tell of ours.
UNKNOWN: tuple[tuple[type, str, dict[str, Any]], ...] = (
    (ApplicationAutoScalingResponse, "list_tags_for_resource", {"Tags": {}}),
)

Answer = tuple[int, dict[str, str], str]
made: dict[str, ET.Element] = {}
tags: dict[str, ET.Element] = {}


def named(name: str) -> str:
    """Return an element's name with its namespace."""
    return f"{{{NAMESPACE}}}{name}"


def completed(element: ET.Element) -> ET.Element:
    """Return an element with what AWS adds to it."""
    for name, values in ABSENT.get(element.tag.removeprefix(f"{{{NAMESPACE}}}"), {}).items():
        if element.find(named(name)) is None:
            part = ET.SubElement(element, named(name))
            for inner, value in values.items():
                ET.SubElement(part, named(inner)).text = value
    return element


def listed(thing: str, part: str) -> Answer:
    """Return the identifiers of a kind's things that are there."""
    shown = ET.Element(named(f"{thing}List"))
    found = [identifier for identifier, element in made.items() if element.tag == named(part)]
    ET.SubElement(shown, named("Quantity")).text = str(len(found))
    items = ET.SubElement(shown, named("Items"))
    for identifier in found:
        ET.SubElement(ET.SubElement(items, named(f"{thing}Summary")), named("Id")).text = identifier
    return 200, {"Content-Type": "text/xml"}, ET.tostring(shown, encoding="unicode")


def answer(request: Any, _url: str, _headers: Any) -> Answer:
    """Make, show, change or remove one, or list all."""
    kind, _, rest = request.path.removeprefix(API).partition("/")
    thing, part, missing = KINDS[kind]
    identifier = rest.removesuffix("/config")
    if request.method == "GET" and not identifier:
        return listed(thing, part)
    arn = f"arn:aws:cloudfront::123456789012:{kind}/{identifier}"
    if request.method in ("POST", "PUT"):
        sent = ET.fromstring(request.get_data())  # noqa: S314 - Terraform's
        if not identifier:
            identifier = f"{kind[0].upper()}{uuid.uuid4().hex[:12].upper()}"
            arn += identifier
            tags[arn] = next(sent.iter(named("Tags")), ET.Element(named("Tags")))
        made[identifier] = completed(next(sent.iter(named(part))))
    if identifier not in made:
        error = f"<Error><Code>{missing}</Code><Message>There is no {identifier}.</Message></Error>"
        return 404, {}, f"<ErrorResponse>{error}</ErrorResponse>"
    if request.method == "DELETE":
        del made[identifier]
        return 204, {}, ""
    shown = ET.Element(named(thing))
    for name, value in {
        "Id": identifier,
        # The distribution's is written otherwise.
        "ARN" if kind == "distribution" else "Arn": arn,
        "Status": "Deployed",
        "CreatedTime": "2026-01-01T00:00:00Z",
        "LastModifiedTime": "2026-01-01T00:00:00Z",
        "InProgressInvalidationBatches": "0",
        "DomainName": f"{identifier.lower()}.cloudfront.net",
    }.items():
        ET.SubElement(shown, named(name)).text = value
    completed(shown).append(made[identifier])
    status = 201 if request.method == "POST" else 200
    return status, {"ETag": "E1", "Content-Type": "text/xml"}, ET.tostring(shown, encoding="unicode")


def answer_tags(request: Any, _url: str, _headers: Any) -> Answer:
    """Show the tags of one. They never change here."""
    shown = tags.get(request.args["Resource"], ET.Element(named("Tags")))
    return 200, {"Content-Type": "text/xml"}, ET.tostring(shown, encoding="unicode")


def end_with_input() -> None:
    """End when the other end of standard input is closed."""
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Serve."""
    ET.register_namespace("", NAMESPACE)
    for path in [path for path in urls.url_paths if path.startswith((f"{{0}}{API}distribution", f"{{0}}{API}tagging"))]:
        del urls.url_paths[path]
    for kind in KINDS:
        for path in ("$", "/(?P<identifier>[^/]+)$", "/(?P<identifier>[^/]+)/config$"):
            urls.url_paths[f"{{0}}{API}{kind}{path}"] = answer
    urls.url_paths[f"{{0}}{API}tagging$"] = answer_tags
    # moto takes a statement with a condition (the bucket's: not in plain text) for one without.
    FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL  # type: ignore[method-assign]
    for response, action, told in UNKNOWN:
        setattr(response, action, lambda _, told=told: json.dumps(told))
    # Its parent may be killed.
    Thread(target=end_with_input, daemon=True).start()
    server.main(["--host", "127.0.0.1", "--port", sys.argv[1]])


if __name__ == "__main__":
    main()
