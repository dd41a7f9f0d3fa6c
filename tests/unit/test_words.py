"""The prose of this repository is the plain technical English of its field: a reader can search for its words."""

import re
import subprocess
from collections.abc import Iterator

import yaml
from tests.support.project import ROOT

# Words that the projects of this field do not use, and the start of sentences whose subject comes late.
ODD = re.compile(
    r"\b(nobody|somebody|anybody|whoever|whom|mends?|mended|mending|anew|beside|stands|(?:is|are) told|tells?|told"
    r"|of its own|of ours|go(?:es)? on|(?<!there )(?:is|are) no|well enough)\b",
    re.IGNORECASE,
)
OPENER = re.compile(
    r"(?m)^\s*(?:#|//|\"\"\"|\||-|\d+\.)?\s*(?:What|Who|Whoever|Whom|Where)\s+(?!is this|are the|if|next)[a-z]"
)
PRONOUN = re.compile(r"\b(it|its|them|they|those|what|who|nobody)\b", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]{2,}")
# Of code: comments, docstrings and messages.
PROSE = re.compile(r"#.*|\"\"\"(?:.|\n)*?\"\"\"|\"[^\"\n]{20,}\"")
MOST_ODD, MOST_OPENERS = 5, 2


def prose() -> Iterator[str]:
    """Yield the prose of each file that people write."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.split("\0"):
        path = ROOT / name
        is_page = re.search(r"[.](md|ya?ml|j2)$|Jenkinsfile", name)
        is_code = re.search(r"[.](py|sh|tf|rb|hcl)$|^scripts/|Vagrantfile", name)
        if (is_page or is_code) and path.is_file() and not re.search(r"migrations/|requirements/|test_words", name):
            text = path.read_text()
            yield text if is_page else "\n".join(PROSE.findall(text))


def test_prose_has_few_odd_words() -> None:
    """At most 5 odd words and 2 late subjects in 10,000 words."""
    texts = [*prose()]
    words = sum(len(WORD.findall(text)) for text in texts)
    odd, openers = ([found for text in texts for found in pattern.findall(text)] for pattern in (ODD, OPENER))
    assert words > 50_000
    assert len(odd) <= MOST_ODD * words / 10_000, sorted(odd)
    assert len(openers) <= MOST_OPENERS * words / 10_000, openers


def test_task_names_have_no_pronoun() -> None:
    """A line of a log has nothing that a pronoun could refer to."""
    files = [path for folder in ("roles", "playbooks", "molecule") for path in (ROOT / folder).rglob("*.yml")]
    names = [name for file in files for name in task_names(yaml.safe_load(file.read_text()))]
    assert len(names) > 200
    assert [] == [name for name in names if PRONOUN.search(name)]


def task_names(node: object) -> Iterator[str]:
    """Yield the names of plays and tasks in a document."""
    if isinstance(node, list):
        for item in node:
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                yield item["name"]
            yield from task_names(item)
    elif isinstance(node, dict):
        for value in node.values():
            yield from task_names(value)
