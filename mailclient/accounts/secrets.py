"""Passwords: in the desktop's keyring where it is a safe one, else only in memory.

May block (a keyring may ask the user to unlock it): never call it on the window's thread.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Protocol

from mailclient.domain.account import Purpose
from mailclient.domain.ids import AccountId
from mailclient.redaction import redactor


class SecretPlace(enum.Enum):
    """Where a secret is kept."""

    KEYRING = "keyring"
    SESSION_ONLY = "session-only"


class Keyring(Protocol):
    """What keeps secrets beyond this session; ``keyrings.SafeKeyring`` is one."""

    @property
    def name(self) -> str:
        """What people call it."""

    def get(self, key: str) -> str | None:
        """Return a secret, or None."""

    def put(self, key: str, secret: str) -> bool:
        """Keep a secret; False when that failed."""

    def drop(self, key: str) -> None:
        """Delete a secret."""


def _desktop_keyring() -> Keyring | None:
    from mailclient.accounts.keyrings import find_keyring  # Not before it is needed: see there.

    return find_keyring()


def no_keyring() -> Keyring | None:
    """For the demo: nothing outlives the session."""
    return None


class SecretStore:
    """The secrets of one profile. Thread-safe."""

    def __init__(self, profile_name: str, find_keyring: Callable[[], Keyring | None] = _desktop_keyring) -> None:
        """``profile_name`` keeps the secrets of two profiles apart."""
        self._profile = profile_name
        self._find_keyring = find_keyring
        self._memory: dict[tuple[AccountId, Purpose], str] = {}
        self._lock = threading.Lock()

    @cached_property
    def _keyring(self) -> Keyring | None:
        return self._find_keyring()

    def describe(self) -> str:
        """Return where passwords are kept, for the person who types one."""
        if self._keyring is None:
            return "This computer offers no safe keyring, so passwords are kept for this session only."
        return f"Passwords are kept in {self._keyring.name}."

    def save(self, account_id: AccountId, purpose: Purpose, secret: str, *, remember: bool = True) -> SecretPlace:
        """Keep a secret and return where; a keyring that fails leaves it in memory."""
        redactor.register(secret)
        with self._lock:
            self._memory[account_id, purpose] = secret
        if remember and self._keyring is not None and self._keyring.put(self._key(account_id, purpose), secret):
            return SecretPlace.KEYRING
        return SecretPlace.SESSION_ONLY

    def load(self, account_id: AccountId, purpose: Purpose) -> str | None:
        """Return a secret, or None when it must be asked for."""
        with self._lock:
            known = self._memory.get((account_id, purpose))
        if known is not None or self._keyring is None:
            return known
        secret = self._keyring.get(self._key(account_id, purpose))
        if secret is not None:
            redactor.register(secret)
            with self._lock:
                self._memory[account_id, purpose] = secret
        return secret

    def forget(self, account_id: AccountId) -> None:
        """Delete an account's secrets everywhere."""
        for purpose in Purpose:
            with self._lock:
                self._memory.pop((account_id, purpose), None)
            if self._keyring is not None:
                self._keyring.drop(self._key(account_id, purpose))

    def _key(self, account_id: AccountId, purpose: Purpose) -> str:
        return f"{self._profile}/{account_id}/{purpose.value}"
