"""What every test gets: an offscreen Qt, a Chromium without network, and a profile of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mailclient.redaction import Redactor, redactor

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# How long an example takes says how busy this machine is, and nothing of the program.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture
def profile_dir(tmp_path: Path) -> Path:
    """Return a private directory for a profile."""
    directory = tmp_path / "profile"
    directory.mkdir(mode=0o700)
    return directory


@pytest.fixture(autouse=True)
def redactor_of_its_own() -> None:
    """Let each test begin without secrets: what another one made a secret is struck out of nothing here."""
    vars(redactor).update(vars(Redactor()))
