"""List the files of the controller's folder, for look.py on the machine: a line "seconds<tab>path" each.

usage: list.py FOLDER [EXCLUDED...]

Regular files only. .git and the excluded paths are left out, and so is what this user may not read.
"""

import contextlib
import os
import stat
import sys
from pathlib import Path

folder = Path(sys.argv[1])
excluded = {folder / path.strip("/") for path in sys.argv[2:]}


def is_wanted(path: Path) -> bool:
    """Whether it counts, and what is in it."""
    return path.name != ".git" and path not in excluded


for path, folders, names in os.walk(folder):
    folders[:] = [name for name in folders if is_wanted(Path(path, name))]
    for file in filter(is_wanted, (Path(path, name) for name in names)):
        # It may have gone meanwhile, or its folder may keep it to itself.
        with contextlib.suppress(OSError):
            seen = file.lstat()
            if stat.S_ISREG(seen.st_mode):
                # A name may be any bytes, what Ansible takes along is UTF-8: look.py writes them in the same way.
                inside = os.fsencode(file.relative_to(folder)).decode(errors="backslashreplace")
                print(seen.st_mtime, inside, sep="\t")
