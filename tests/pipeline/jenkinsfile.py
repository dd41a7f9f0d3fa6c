"""As much of a declarative Jenkinsfile as its tests ask for: blocks, and the statements in them.

Whether it is Groovy at all, `scripts/lint` has Groovy's own parser say. Not understood here: strings of three quotes,
and regular expressions between slashes. The Jenkinsfile has none of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/) | (?P<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*") | (?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)


@dataclass
class Block:
    """A statement, such as ``sh './scripts/cibuild'``, with the content of its braces, if it has any."""

    head: str
    inner: list["Block"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its first word."""
        return re.split(r"\W", self.head, maxsplit=1)[0]

    @property
    def strings(self) -> list[str]:
        """Its quoted strings, in order."""
        return re.findall(r"'([^']*)'", self.head)

    def walk(self) -> Iterator["Block"]:
        """Yield it, and all that is in it, in the order of the text."""
        yield self
        for block in self.inner:
            yield from block.walk()

    def all(self, name: str) -> list["Block"]:
        """Return the blocks of that name in it, however deep."""
        return [block for block in self.walk() if block.name == name]

    def own(self, *names: str) -> list["Block"]:
        """Return what it has under a path of names, such as ``options``, ``timeout``."""
        found = [self]
        for name in names:
            found = [block for parent in found for block in parent.inner if block.name == name]
        return found


def parse(text: str) -> Block:
    """Return the file as a block without a head; ValueError where its braces do not match."""
    stack, words, depth = [Block("")], "", 0

    def end() -> None:
        nonlocal words
        if words.strip():
            stack[-1].inner.append(Block(" ".join(words.split())))
        words = ""

    for token in TOKEN.finditer(text):
        sign = token["other"]
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if token["comment"]:
            continue
        if sign == "{":
            block = Block(" ".join(words.split()))
            words = ""
            stack[-1].inner.append(block)
            stack.append(block)
        elif sign == "}":
            end()
            stack.pop()
            if not stack:
                raise ValueError("a brace too many")
        elif sign in {"\n", ";"} and not depth and not words.rstrip().endswith(","):
            end()
        else:
            words += token[0]
    end()
    if len(stack) > 1 or depth:
        raise ValueError(f"not closed: {stack[-1].head}")
    return stack[0]
