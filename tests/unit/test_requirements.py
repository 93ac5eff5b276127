"""A wrong PySide6 ends in a sentence, and the installed one does not lose references."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mailclient.requirements import refused_pyside


def test_the_aborting_release_is_refused_in_a_sentence() -> None:
    sentence = refused_pyside("6.12.0")
    assert "6.12.0" in sentence
    assert "pip install" in sentence


@pytest.mark.parametrize("version", ["6.8.3", "6.11.3", "6.13.1"])
def test_good_releases_pass(version: str) -> None:
    assert refused_pyside(version) == ""


def test_an_old_release_is_refused() -> None:
    assert "too old" in refused_pyside("6.5.0")


def test_the_program_says_so_at_start_and_exits_with_1() -> None:
    code = (
        "import sys, importlib.metadata as m\n"
        "real = m.version\n"
        "m.version = lambda name: '6.12.0' if name == 'PySide6' else real(name)\n"
        "from mailclient.__main__ import main\n"
        "sys.exit(main(['--demo']))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "6.12.0" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_installed_release_keeps_its_references_to_none() -> None:
    code = (
        "import sys\nfrom PySide6.QtCore import QCoreApplication\napp = QCoreApplication([])\n"
        "before = sys.getrefcount(None)\nfor _ in range(2000): app.processEvents()\n"
        "print(before - sys.getrefcount(None))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(result.stdout) < 500
