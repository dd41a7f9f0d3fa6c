"""Which files scripts/manage brings back; tests/e2e has it do so."""

from pathlib import Path

from breakable_toy import manage


def test_host_and_box_describe_a_file_alike(tmp_path: Path) -> None:
    """A file's state on the host equals the one that find prints in the box."""
    made = tmp_path / "app/polls/migrations/0004_new.py"
    made.parent.mkdir(parents=True)
    made.write_text("pass\n")
    fraction = f"{made.stat().st_mtime_ns:019d}"
    printed = f"app/polls/migrations/0004_new.py\t{fraction[:-9]}.{fraction[-9:]}0\t5\0"
    assert manage.host_state(tmp_path) == manage.box_files(printed)


def test_changed_names_new_and_rewritten_files() -> None:
    """A new file and one with another time or size are changed; a removed one is not."""
    before = {"same": (1, 1), "touched": (1, 1), "grown": (1, 1), "removed": (1, 1)}
    after = {"same": (1, 1), "touched": (2, 1), "grown": (1, 2), "new": (1, 1)}
    assert {"touched", "grown", "new"} == manage.changed(before, after)


def test_synced_edit_is_not_fetched() -> None:
    """A file that was saved here while manage.py ran, and sent to the box, was not made there."""
    host = {"synced": (6, 2), "saved": (7, 2)}
    box = {"synced": (6, 2), "saved": (5, 1), "made": (5, 1)}
    assert {"synced"} == manage.same(host, box)


def test_migration_of_the_box_alone_is_an_orphan() -> None:
    """Other files of the box may be its own."""
    names = ("app/polls/migrations/0005_notes.py", "app/polls/migrations/0001_initial.py", "app/polls/made.json")
    host = {"app/polls/migrations/0001_initial.py": (1, 1)}
    assert [names[0]] == manage.orphans(host, dict.fromkeys(names, (2, 2)))
