"""The desktop's keyring, if it is a safe one: the only user of the keyring library.

May block (a keyring may ask the user to unlock it). Backends are allow-listed, because some write secrets into plain files
without saying so. Imported when a secret is first asked for: the library takes longer to load than all of the rest.
"""

from __future__ import annotations

from typing import Final

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

_SERVICE: Final = "postscope"
_ALLOWED: Final = {
    "keyring.backends.SecretService": "the desktop's keyring (Secret Service)",
    "keyring.backends.libsecret": "the desktop's keyring (libsecret)",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the macOS keychain",
    "keyring.backends.Windows": "the Windows credential store",
}
_FAILURES: Final = (KeyringError, OSError, RuntimeError)


class SafeKeyring:
    """One keyring that keeps secrets as it should. Its failures are answers, never exceptions."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        """What people call it."""
        return _ALLOWED.get(type(self._backend).__module__, "the keyring")

    def get(self, key: str) -> str | None:
        """Return a secret, None when it is not there or the keyring will not give it."""
        try:
            return self._backend.get_password(_SERVICE, key)
        except _FAILURES:
            return None

    def put(self, key: str, secret: str) -> bool:
        """Keep a secret; False when the keyring would not take it."""
        try:
            self._backend.set_password(_SERVICE, key, secret)
        except _FAILURES:
            return False
        return True

    def drop(self, key: str) -> None:
        """Delete a secret, if it is there."""
        try:
            self._backend.delete_password(_SERVICE, key)
        except _FAILURES:
            return


def find_keyring() -> SafeKeyring | None:
    """Return the keyring to use, or None when the one that the library picks is not known to be safe."""
    try:
        found = keyring.get_keyring()
    except (KeyringError, RuntimeError, ImportError):
        return None
    candidates: list[KeyringBackend] = [found]
    if type(found).__module__ == "keyring.backends.chainer":
        candidates = list(getattr(found, "backends", []))
    safe = next((backend for backend in candidates if type(backend).__module__ in _ALLOWED), None)
    return SafeKeyring(safe) if safe is not None else None
