"""A store in a temporary directory and a server in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk


@pytest.fixture(params=[True, False], ids=["QRESYNC", "CONDSTORE"])
def server(request: pytest.FixtureRequest) -> FakeServer:
    """A server with everything, or with everything but QRESYNC."""
    return FakeServer(condstore=True, qresync=bool(request.param))


@pytest.fixture
def desk(tmp_path: Path, server: FakeServer) -> Iterator[Desk]:
    """Anna's profile, connected."""
    opened = Desk(tmp_path / "profile", server)
    yield opened
    opened.close()
