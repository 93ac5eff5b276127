"""What only the user can put right in an account, shared by all its threads: one question, not one from each.

Whoever meets it first tells it; the others stop trying with what is known to be wrong, so that no server locks the account
for guessing. The incoming server's refusal of the password holds the sender back too, which would offer the same one.
"""

from __future__ import annotations

import threading

from mailclient.domain.account import Purpose
from mailclient.domain.errors import PostscopeError, SignInNeeded, StoreDamaged


class Parking:
    """The parked sides of one account. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reasons: dict[Purpose, PostscopeError] = {}

    def park(self, purpose: Purpose, error: PostscopeError) -> bool:
        """Stop one side, or both when both would fail alike; False when that was known already."""
        both = isinstance(error, StoreDamaged) or (isinstance(error, SignInNeeded) and purpose is Purpose.INCOMING)
        with self._lock:
            is_new = purpose not in self._reasons
            for side in Purpose if both else (purpose,):
                self._reasons.setdefault(side, error)
        return is_new

    def reason(self, purpose: Purpose) -> PostscopeError | None:
        """Return why a side is stopped, None when it may go on."""
        with self._lock:
            return self._reasons.get(purpose)

    def leave(self) -> None:
        """The user has put it right: everything may be tried again."""
        with self._lock:
            self._reasons.clear()
