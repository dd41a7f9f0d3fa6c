"""One spelling for names that look the same, so that no question offers one choice twice."""

import re
import unicodedata

# Soft hyphen, zero width space, word joiner, byte order mark and the like show nothing and change no letter.
# Joiners (U+200C, U+200D) and marks of direction (U+200E, U+200F) stay: Persian, emoji and Hebrew need them.
IGNORED = dict.fromkeys(map(ord, "\u00ad\u180e\u200b\u2060\ufeff"))
SPACES = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# They override or nest directions of writing, and may reorder the rest of a page.
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and symbols for Unicode, and yet blank: the fillers of Hangul, and Braille without dots.
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")


def normal_name(value: str) -> str:
    """Return the name in NFC, without ignored characters, each run of spaces as one space, none around it."""
    value = value.strip()
    if value.isascii():
        return SPACES.sub(" ", value)
    return SPACES.sub(" ", unicodedata.normalize("NFC", value.translate(IGNORED))).strip()


def is_visible(value: str) -> bool:
    """Whether it has a letter, digit, punctuation mark or symbol; accents alone do not count."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in FILLERS for char in value)


def unreadable(value: str) -> str:
    """Return the first character that a name must not hold and its position, or nothing."""
    if value.isprintable() and "\ufffd" not in value:
        return ""
    for at, char in enumerate(value):
        if reason := _reason(char):
            return f"{reason} (U+{ord(char):04X}){f' after “{value[max(0, at - 30) : at]}”' if at else ''}"
    return ""


def _reason(char: str) -> str:
    if char in LINE_BREAKS:
        return "a line break"
    if char in DIRECTIONS:
        return "a character that changes the direction of writing"
    if char == "\ufffd":
        return "the mark of a character that an earlier conversion lost"
    if char == "\t":
        return "a tab"
    # Control characters, NUL among them, and halves of surrogate pairs.
    return "a character that cannot be shown" if unicodedata.category(char) in ("Cc", "Cs") else ""
