"""Makes the collection's plugins importable by their full names, and runs modules of the collection in this process."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ansible_collections
import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from tests.support.project import ROOT

ansible_collections.__path__ = [*ansible_collections.__path__, str(ROOT / ".cache/collections/ansible_collections")]

Result = dict[str, Any]
RunModule = Callable[..., Result]


class _EndedError(Exception):
    """A module's last words."""


@contextmanager
def _results(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def end(failed: bool) -> Callable[..., None]:
        def ended(_: AnsibleModule, **result: Any) -> None:
            raise _EndedError({"failed": failed, **result})

        return ended

    with monkeypatch.context() as patch:
        patch.setattr(AnsibleModule, "exit_json", end(failed=False))
        patch.setattr(AnsibleModule, "fail_json", end(failed=True))
        yield


@pytest.fixture
def run_module(monkeypatch: pytest.MonkeyPatch) -> RunModule:
    """A function that runs a module by its name, with its options, and returns its result."""

    def run(name: str, *, check_mode: bool = False, **options: Any) -> Result:
        module = importlib.import_module(f"ansible_collections.breakable.toy.plugins.modules.{name}")
        arguments = {**options, "_ansible_check_mode": check_mode}
        with _results(monkeypatch), patch_module_args(arguments), pytest.raises(_EndedError) as ended:
            module.main()
        result: Result = ended.value.args[0]
        return result

    return run
