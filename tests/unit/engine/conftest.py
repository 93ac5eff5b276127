"""A profile with one account whose server is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.engine.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Anna's profile; its engine is not started yet."""
    made = World(tmp_path / "profile")
    yield made
    made.close()
