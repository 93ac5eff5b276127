"""Which releases of PySide6 may not be used, checked before Qt is imported.

6.12.0 drops a reference to None with every call that returns nothing; on Python 3.10 and 3.11 the process aborts after some
thousand calls. A wrong release must end in a sentence, not in a crash.
"""

from __future__ import annotations

from importlib import metadata
from typing import Final

REFUSED: Final = frozenset({"6.12.0"})
OLDEST: Final = (6, 8, 3)


def refused_pyside(version: str | None = None) -> str:
    """Return why this release of PySide6 (the installed one by default) cannot be used, empty when it can."""
    if version is None:
        try:
            version = metadata.version("PySide6")
        except metadata.PackageNotFoundError:
            return "PySide6 is not installed. Install it with: pip install 'PySide6>=6.8.3,!=6.12.0'"
    if version in REFUSED:
        return (
            f"PySide6 {version} ends the program by itself after some thousand calls. Install another release with: "
            "pip install 'PySide6>=6.8.3,!=6.12.0'"
        )
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    if numbers < OLDEST:
        return f"PySide6 {version} is too old. Install a newer one with: pip install 'PySide6>=6.8.3,!=6.12.0'"
    return ""
