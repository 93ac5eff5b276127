"""A store in a temporary directory and a server in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk


@pytest.fixture
def server() -> FakeServer:
    """A server with everything: CONDSTORE, MOVE, UIDPLUS."""
    return FakeServer()


@pytest.fixture
def desk(tmp_path: Path, server: FakeServer) -> Iterator[Desk]:
    """Anna's profile, connected."""
    opened = Desk(tmp_path / "profile", server)
    yield opened
    opened.close()
