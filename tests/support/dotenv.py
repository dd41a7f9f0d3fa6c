"""A dotenv file with every form of statement."""

# Each statement as Compose reads it, in the order of the file.
ENV = """\ufeffBARE=value
SPACED = value # a comment
  INDENTED: value
export EXPORTED="two
lines with BARE=not
" # a comment
# COMMENTED=value
SINGLE='it\\'s # "no" comment' SAME_LINE=value

INHERITED
EMPTY=
BACKSLASH="\\\\"
LAST=a'b"c"""
NAMES = [
    *("BARE", "SPACED", "INDENTED", "EXPORTED", "SINGLE", "SAME_LINE", "INHERITED", "EMPTY", "BACKSLASH", "LAST"),
]
