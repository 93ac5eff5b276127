"""What every test gets: an offscreen Qt, a Chromium without network, and a profile of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture
def profile_dir(tmp_path: Path) -> Path:
    """Return a private directory for a profile."""
    directory = tmp_path / "profile"
    directory.mkdir(mode=0o700)
    return directory
