"""Where the profiles of the fault instruments lie: in memory where the system offers it.

What is tried is which calls are made and in which order; that a disk is slow to sync would only make fewer points possible.
A killed process leaves in memory what it would leave on a disk; the disk that is really full has a test of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_MEMORY: Final = Path("/dev/shm")


@contextmanager
def quick_room() -> Iterator[Path]:
    """Lend an empty private directory."""
    place = _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None
    room = Path(tempfile.mkdtemp(prefix="postscope-faults-", dir=place))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
