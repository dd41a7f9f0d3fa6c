"""A swap file and its unit, on a machine whose programs only keep notes."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.swap import MIB, Programs, SwapFile, unit_name
from tests.unit.plugins.module_utils.test_files import OWN


class Machine:
    """The programs that a swap file needs, with their effect on a folder."""

    def __init__(self, folder: Path) -> None:
        """Begin without swap."""
        self.folder, self.swaps = folder, folder / "swaps"
        self.file, self.units = folder / "swapfile", folder / "units"
        self.units.mkdir()
        self.swaps.write_text("Filename Type Size Used Priority\n")
        self.is_active = self.is_enabled = False
        self.commands: list[str] = []

    def run(self, command: Sequence[str]) -> None:
        """Have the effect of a program."""
        program, *arguments = command
        self.commands.append(" ".join([program, *arguments[:1]]) if program == "systemctl" else program)
        if program == "fallocate":
            with Path(arguments[-1]).open("wb") as file:
                file.truncate(int(arguments[1].removesuffix("MiB")) * MIB)
        elif program == "swapoff" or arguments[:1] == ["disable"]:
            self.swaps.write_text("Filename Type Size Used Priority\n")
            self.is_active = False
            self.is_enabled = self.is_enabled and arguments[:1] != ["disable"]
        elif arguments[:1] == ["enable"]:
            self.is_enabled = True
        elif arguments[:1] in (["start"], ["restart"]):
            self.swaps.write_text(f"Filename Type Size Used Priority\n{self.file} file 1 0 -2\n")
            self.is_active = True

    def query(self, command: Sequence[str]) -> str:
        """Answer as systemctl does."""
        is_true = self.is_active if command[1] == "is-active" else self.is_enabled
        return {"is-active": ("inactive\n", "active\n"), "is-enabled": ("disabled\n", "enabled\n")}[command[1]][is_true]

    def swap(self, size: int) -> SwapFile:
        """Return a wanted swap file."""
        programs = Programs(self.run, self.query)
        return SwapFile(str(self.file), size, programs, units=self.units, swaps=self.swaps, **OWN)

    def apply(self, size: int) -> list[str]:
        """Bring about the state; return the steps."""
        swap = self.swap(size)
        steps: list[str] = swap.changes()
        swap.apply(steps)
        assert [] == self.swap(size).changes()
        return steps


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without swap."""
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("/var/swapfile", "var-swapfile.swap"),
        ("/swap-file", r"swap\x2dfile.swap"),
        ("/a b/é", r"a\x20b-\xc3\xa9.swap"),
        ("/.swap", r"\x2eswap.swap"),
    ],
)
def test_unit_is_named_as_systemd_escapes_paths(path: str, unit: str) -> None:
    assert unit == unit_name(path)


def test_file_is_created_and_used(machine: Machine) -> None:
    assert ["unit", "file", "enable"] == machine.apply(2)
    assert 2 * MIB == machine.file.stat().st_size
    assert 0o600 == machine.file.stat().st_mode & 0o7777
    assert [
        "fallocate",
        "mkswap",
        "systemctl daemon-reload",
        "systemctl enable",
        "systemctl restart",
    ] == machine.commands
    assert not machine.file.with_suffix(".new").exists()


def test_other_size_replaces_the_file(machine: Machine) -> None:
    machine.apply(2)
    machine.commands.clear()
    assert ["file", "enable"] == machine.apply(1)
    assert MIB == machine.file.stat().st_size
    assert "swapoff" == machine.commands[0]


def test_readable_file_is_closed(machine: Machine) -> None:
    machine.apply(1)
    machine.file.chmod(0o644)
    assert ["access", "enable"] == machine.apply(1)
    assert 0o600 == machine.file.stat().st_mode & 0o7777


@pytest.mark.parametrize("name", ["is_active", "is_enabled"])
def test_unit_that_systemd_does_not_start_is_enabled(machine: Machine, name: str) -> None:
    machine.apply(1)
    setattr(machine, name, False)
    assert ["enable"] == machine.apply(1)


def test_swap_is_removed_with_its_unit(machine: Machine) -> None:
    machine.apply(1)
    machine.commands.clear()
    assert ["remove"] == machine.apply(0)
    assert not machine.file.exists()
    assert [] == list(machine.units.iterdir())
    assert ["swapoff", "systemctl disable", "systemctl daemon-reload"] == machine.commands


def test_swap_file_of_another_program_is_left_alone(machine: Machine) -> None:
    machine.file.touch()
    assert [] == machine.apply(0)
    assert machine.file.exists()


def test_unfinished_file_of_an_interrupted_run_is_replaced(machine: Machine) -> None:
    Path(f"{machine.file}.new").write_text("half")
    assert ["unit", "file", "enable"] == machine.apply(1)
    assert not Path(f"{machine.file}.new").exists()
