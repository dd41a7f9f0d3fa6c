"""Keeping the image that was built, with what is known of it."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from breakable_toy.problem import Problem, ProblemError
from breakable_toy.release import layout, skopeo
from breakable_toy.release.commit import clean_head
from breakable_toy.release.record import RELEASES, Record, Release

# A later stage of the same pipeline wants the newest; the others are for a look back. 300 MB each.
RELEASES_KEPT = 5


def keep(archive: Path, tested: Sequence[str]) -> Record:
    """Make a release of an archive (docker save): the same archive makes the same one. The oldest ones go."""
    release = Release(clean_head())
    release.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=release.folder) as folder:
        image = Path(folder) / "image"
        digest = _converted(archive, image)
        before = release.read()
        published = before.published if before and before.digest == digest else ()
        # An interruption here leaves no release, rather than half of one.
        release.file.unlink(missing_ok=True)
        if release.image.exists():
            release.image.rename(Path(folder) / "before")
        image.rename(release.image)
    record = Record(release.commit, digest, tested, published)
    release.write(record)
    others = [folder for folder in RELEASES.iterdir() if folder != release.folder and folder.is_dir()]
    for other in sorted(others, key=lambda other: other.stat().st_mtime)[: 1 - RELEASES_KEPT]:
        # First: without it, the rest after an interruption is not a release.
        (other / "record.json").unlink(missing_ok=True)
        shutil.rmtree(other)
    return record


def _converted(archive: Path, image: Path) -> str:
    """Write the image of an archive as a layout; return its digest."""
    try:
        with archive.open("rb") as file:
            # By its standard input: the archive's path may have a colon, which skopeo would take for its own.
            words = ["copy", "docker-archive:/dev/stdin", f"oci:{skopeo.shown(image)}"]
            skopeo.run(*words, minutes=30, archive=file)
        return layout.digest(image)
    except (OSError, ValueError, skopeo.SkopeoError) as error:
        raise ProblemError(
            Problem(
                f"{archive} is not the archive of one image: {error}",
                "A release is made of what `docker save IMAGE` writes.",
                "Type: ./scripts/cibuild",
            )
        ) from None
