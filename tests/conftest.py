"""Shared by all suites: programs that tests start find the package, as by the scripts."""

import os

from tests.support.project import ROOT

os.environ["PYTHONPATH"] = str(ROOT / "src")
