"""Compare a folder with a list of files: which are newer here, and which are only here.

usage: differences.py FOLDER [EXCLUDED...] < LIST

LIST has a line "seconds<tab>path" for each file, as find's %T@ and %P print them. Prints a line "newer<tab>path" or
"only here<tab>path" for each difference that matters to a sync from there.
"""

import os
import sys
from pathlib import Path

# File systems round differently.
TOLERANCE_SECONDS = 2

folder = Path(sys.argv[1])
excluded = {Path(path.strip("/")) for path in sys.argv[2:]}
lines = (line.rstrip("\n").split("\t", 1) for line in sys.stdin)
there = {Path(path): float(seconds) for seconds, path in lines}
# Folders that have nothing in common with the other side are somebody's exclusion (.venv, .cache), not a loss.
known = {path.parent for path in there}
for path, folders, names in os.walk(folder):
    folders.sort()
    inside = Path(path).relative_to(folder)
    here = {inside / name for name in names if inside in known}
    for file in sorted(here - excluded):
        if file not in there:
            print(f"only here\t{file}")
        elif (folder / file).lstat().st_mtime > there[file] + TOLERANCE_SECONDS:
            print(f"newer\t{file}")
