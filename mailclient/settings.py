"""The user's choices, in one JSON file, 0600, replaced atomically. A bad value costs itself, never the file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Final

THEMES: Final = ("system", "light", "dark")
METERED: Final = ("auto", "on", "off")
VERIFY: Final = ("ask", "asked", "always")


@dataclass
class Settings:
    """Every choice with its default."""

    theme: str = "system"
    mark_read_after_ms: int = 1500
    unread_only: bool = False
    sort_order: str = "date"
    sort_descending: bool = True
    window_geometry: str = ""
    """Qt's own format, hexadecimal."""
    pane_sizes: list[int] = field(default_factory=lambda: [230, 400, 770])
    monospace: bool = False
    subscribed_only: bool = False
    """The tree shows only subscribed folders, and those that have a role."""
    folded: list[str] = field(default_factory=list)
    """Keys of the nodes of the folder tree that are folded."""
    metered: str = "auto"
    """Whether the line costs by the byte; ``auto``: as the desktop says."""
    verify_with_dns: str = "ask"
    """Whether the DNS may be asked about a message: ``ask`` before the first time; ``asked``: the user agreed, and it is
    asked when he presses; ``always``: whenever he opens a message in the X-ray."""
    problems: list[str] = field(default_factory=list)
    """Sentences about values that could not be used; not saved."""


def load_settings(file: Path) -> Settings:
    """Return the settings of a file; unknown and unusable values are reported in ``problems``."""
    settings = Settings()
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return settings
    except (OSError, ValueError) as error:
        settings.problems.append(f"The settings file {file} cannot be read ({error}); the defaults are used.")
        return settings
    if not isinstance(document, dict):
        settings.problems.append(f"The settings file {file} is not what it should be; the defaults are used.")
        return settings
    for item in fields(Settings):
        if item.name == "problems" or item.name not in document:
            continue
        value, default = document[item.name], getattr(settings, item.name)
        usable = type(value) is type(default)
        if item.name == "theme":
            usable = value in THEMES
        elif item.name == "metered":
            usable = value in METERED
        elif item.name == "verify_with_dns":
            usable = value in VERIFY
        elif item.name == "pane_sizes":
            usable = isinstance(value, list) and len(value) == 3 and all(isinstance(v, int) and v >= 0 for v in value)
        elif item.name == "folded":
            usable = isinstance(value, list) and all(isinstance(key, str) for key in value)
        if usable:
            setattr(settings, item.name, value)
        else:
            settings.problems.append(f"The setting {item.name} has a value that cannot be used; its default is used.")
    return settings


def save_settings(file: Path, settings: Settings) -> None:
    """Write the settings; failing to do so is not worth an error."""
    document = asdict(settings)
    del document["problems"]
    temporary = file.with_suffix(".new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(document, stream, indent=1)
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)
