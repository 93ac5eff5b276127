"""How Python runs while an engine works: how long a thread may keep the others away, and how often garbage is looked for.

Process-wide settings, so in one place. Nothing here decides anything about mail.
"""

from __future__ import annotations

import gc
import sys
from typing import Final

SWITCH_INTERVAL_S: Final = 0.000_05
"""How long a worker may keep the interpreter from the window: a hundredth of Python's default. It costs what can't be
measured, and halves what the window waits for: each of its calls into Qt may wait that long."""
_NEW_OBJECTS: Final = 20_000
"""Mail makes many short-lived values and hardly a cycle, and Python would look for cycles at every 700 new ones."""


def look_for_garbage_less_often() -> None:
    """What is loaded by now stays for ever and need not be looked at again; new cycles are looked for less often."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def switch_threads_often() -> None:
    """Let the window's thread have its turn while workers are busy."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
