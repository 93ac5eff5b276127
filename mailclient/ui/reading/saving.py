"""Writing parts of mail to disk: never over an existing file, never through a link, never outside the chosen folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mailclient.domain.errors import BadInput
from mailclient.mime.filenames import safe_filename


def save_new(directory: Path, name: str, data: bytes, mode: int = 0o600) -> Path:
    """Create a file with a safe name in a directory; ``name (2).ext`` when the name is taken. Raises BadInput."""
    safe = safe_filename(name)
    stem, dot, extension = safe.rpartition(".")
    if not dot:
        stem, extension = safe, ""
    for number in range(1, 1000):
        candidate = safe if number == 1 else f"{stem} ({number}){dot}{extension}"
        path = directory / candidate
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        except FileExistsError:
            continue
        except OSError as error:
            raise BadInput(f"“{candidate}” cannot be written to {directory}: {error.strerror}.") from error
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        return path
    raise BadInput(f"There are a thousand files called “{safe}” in {directory} already.")


def save_as(path: Path, data: bytes) -> None:
    """Write a file that the user named (and agreed to replace); a link is refused. Raises BadInput."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise BadInput(f"“{path.name}” cannot be written: {error.strerror}.") from error


def private_copy(directory: Path, name: str, data: bytes) -> Path:
    """Write a read-only copy into the program's private directory, for another program to open."""
    path = save_new(directory, name, data)
    path.chmod(stat.S_IRUSR)
    return path
