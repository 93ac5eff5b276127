"""The import walls stand, and a violation is caught: a copy of the package with one is checked and must fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _lint(directory: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=directory, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("sync/plan.py", "import mailclient.net.wire"),
        ("mime/tree.py", "import socket"),
        ("engine/rounds.py", "import PySide6.QtCore"),
        ("ui/window.py", "import sqlite3"),
        ("ui/deeds.py", "import mailclient.store.writer"),
        ("domain/ids.py", "import mailclient.paths"),
        ("store/writer.py", "import keyring"),
    ],
)
def test_a_seeded_violation_is_caught(tmp_path: Path, module: str, line: str) -> None:
    shutil.copytree(ROOT / "mailclient", tmp_path / "mailclient", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "mailclient" / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    result = _lint(tmp_path)
    assert result.returncode != 0, result.stdout
    assert "BROKEN" in result.stdout
