"""Passwords: in the desktop's keyring where it is a safe one, else only in memory. The only user of keyring.

May block (a keyring may ask the user to unlock it): never call it on the window's thread. Backends are allow-listed, because
some write secrets into plain files without saying so.
"""

from __future__ import annotations

import enum
import threading
from typing import Final

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from mailclient.domain.account import Purpose
from mailclient.domain.ids import AccountId
from mailclient.redaction import redactor

_SERVICE: Final = "postscope"
_ALLOWED: Final = {
    "keyring.backends.SecretService": "the desktop's keyring (Secret Service)",
    "keyring.backends.libsecret": "the desktop's keyring (libsecret)",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the macOS keychain",
    "keyring.backends.Windows": "the Windows credential store",
}


class SecretPlace(enum.Enum):
    """Where a secret is kept."""

    KEYRING = "keyring"
    SESSION_ONLY = "session-only"


def allowed_backend() -> KeyringBackend | None:
    """Return the keyring to use, or None when the one that keyring picks is not known to be safe."""
    try:
        found = keyring.get_keyring()
    except (KeyringError, RuntimeError, ImportError):
        return None
    candidates: list[KeyringBackend] = [found]
    if type(found).__module__ == "keyring.backends.chainer":
        candidates = list(getattr(found, "backends", []))
    for backend in candidates:
        if type(backend).__module__ in _ALLOWED:
            return backend
    return None


class SecretStore:
    """The secrets of one profile. Thread-safe."""

    def __init__(self, profile_name: str, backend: KeyringBackend | None = None, *, use_keyring: bool = True) -> None:
        """``profile_name`` keeps the secrets of two profiles apart; ``use_keyring`` False: memory only (the demo)."""
        self._profile = profile_name
        self._backend = backend if backend is not None else (allowed_backend() if use_keyring else None)
        self._memory: dict[tuple[AccountId, Purpose], str] = {}
        self._lock = threading.Lock()

    def describe(self) -> str:
        """Return where passwords are kept, for the person who types one."""
        if self._backend is None:
            return "This computer offers no safe keyring, so passwords are kept for this session only."
        return f"Passwords are kept in {_ALLOWED.get(type(self._backend).__module__, 'the keyring')}."

    def save(self, account_id: AccountId, purpose: Purpose, secret: str, *, remember: bool = True) -> SecretPlace:
        """Keep a secret and return where; a keyring that fails leaves it in memory."""
        redactor.register(secret)
        with self._lock:
            self._memory[account_id, purpose] = secret
        if not remember or self._backend is None:
            return SecretPlace.SESSION_ONLY
        try:
            self._backend.set_password(_SERVICE, self._key(account_id, purpose), secret)
        except (KeyringError, OSError, RuntimeError):
            return SecretPlace.SESSION_ONLY
        return SecretPlace.KEYRING

    def load(self, account_id: AccountId, purpose: Purpose) -> str | None:
        """Return a secret, or None when it must be asked for."""
        with self._lock:
            known = self._memory.get((account_id, purpose))
        if known is not None or self._backend is None:
            return known
        try:
            secret = self._backend.get_password(_SERVICE, self._key(account_id, purpose))
        except (KeyringError, OSError, RuntimeError):
            return None
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
            if self._backend is not None:
                try:
                    self._backend.delete_password(_SERVICE, self._key(account_id, purpose))
                except (KeyringError, OSError, RuntimeError):
                    continue

    def _key(self, account_id: AccountId, purpose: Purpose) -> str:
        return f"{self._profile}/{account_id}/{purpose.value}"
