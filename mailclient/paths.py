"""Where things are: the profile's files and the program's own resources. The only user of appdirs.

Creates directories 0700 and refuses a profile that others could have prepared. Opens no database and reads no mail.
"""

from __future__ import annotations

import fcntl
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import appdirs

from mailclient.domain.errors import BadInput

_PACKAGE = Path(__file__).resolve().parent


def resource_path(*parts: str) -> Path:
    """Return the path of a file of ``resources/``, in a checkout and in an installed package alike."""
    installed = _PACKAGE / "_resources"
    return (installed if installed.is_dir() else _PACKAGE.parent / "resources").joinpath(*parts)


@dataclass(frozen=True, slots=True)
class Profile:
    """One user's directory: everything that Postscope keeps."""

    root: Path

    @property
    def cache_database(self) -> Path:
        """What the servers can give again."""
        return self.root / "cache.sqlite"

    @property
    def user_database(self) -> Path:
        """What exists only here."""
        return self.root / "user.sqlite"

    @property
    def accounts_file(self) -> Path:
        """Account records, without secrets."""
        return self.root / "accounts.json"

    @property
    def settings_file(self) -> Path:
        """The user's choices."""
        return self.root / "settings.json"

    @property
    def log_file(self) -> Path:
        """The newest log."""
        return self.root / "log" / "postscope.log"

    @property
    def opened_dir(self) -> Path:
        """Private copies of attachments that were opened; emptied at start and end."""
        return self.root / "opened"

    def create(self) -> None:
        """Make the directories, 0700; raise BadInput when the place is not ours alone."""
        os.umask(0o077)
        for directory in (self.root, self.log_file.parent, self.opened_dir):
            _make_private(directory)

    def lock(self) -> IO[str]:
        """Take the profile for this process until the returned file is closed; raise BadInput when another has it."""
        handle = os.fdopen(os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.close()
            raise BadInput(
                f"Another Postscope is using the profile {self.root}. Close it first, or name another with --profile."
            ) from error
        return handle


def _make_private(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
    except OSError as error:
        raise BadInput(f"The directory {directory} cannot be made: {error.strerror or error}.") from error
    if stat.S_ISLNK(found.st_mode) or not stat.S_ISDIR(found.st_mode):
        raise BadInput(f"{directory} is a link or a file, not a directory. Name another profile with --profile.")
    if found.st_uid != os.geteuid():
        raise BadInput(f"{directory} belongs to another user. Name another profile with --profile.")
    if found.st_mode & 0o077:
        directory.chmod(0o700)


def default_profile() -> Profile:
    """Return the profile of the current user."""
    return Profile(Path(appdirs.user_data_dir("postscope")))
