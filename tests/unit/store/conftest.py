"""A store in a temporary directory, with a clock that only tests move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.store.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """One profile's store, opened; closed after the test."""
    opened = House(tmp_path / "profile")
    yield opened
    opened.close()
