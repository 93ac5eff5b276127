"""Secrets are kept in a keyring that is known to be safe, else for this session, and it is said which."""

from __future__ import annotations

import subprocess
import sys

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

from mailclient.accounts.keyrings import SafeKeyring, find_keyring
from mailclient.accounts.secrets import SecretPlace, SecretStore, no_keyring
from mailclient.domain.account import Purpose
from mailclient.domain.ids import AccountId
from mailclient.redaction import redactor

ANNA, BEN = AccountId("anna"), AccountId("ben")


class Backend(KeyringBackend):
    """A keyring in memory; a refusing one stays locked."""

    priority = 1

    def __init__(self, *, refuses: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.refuses = refuses

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("It is not there.")

    def _check(self) -> None:
        if self.refuses:
            raise KeyringError("It is locked.")


def pretending(module: str) -> KeyringBackend:
    """Return a backend that says it comes from a module."""
    backend: KeyringBackend = type("Keyring", (Backend,), {"__module__": module})()
    return backend


def test_a_secret_outlives_the_session_in_a_keyring_and_two_profiles_do_not_mix() -> None:
    backend = Backend()
    store = SecretStore("home", lambda: SafeKeyring(backend))
    assert store.save(ANNA, Purpose.INCOMING, "pass word") is SecretPlace.KEYRING
    assert SecretStore("home", lambda: SafeKeyring(backend)).load(ANNA, Purpose.INCOMING) == "pass word"
    assert SecretStore("work", lambda: SafeKeyring(backend)).load(ANNA, Purpose.INCOMING) is None
    assert SecretStore("home", lambda: SafeKeyring(backend)).load(BEN, Purpose.INCOMING) is None
    store.forget(ANNA)
    assert backend.kept == {}
    assert store.load(ANNA, Purpose.INCOMING) is None


def test_a_keyring_that_refuses_leaves_the_secret_for_this_session() -> None:
    store = SecretStore("home", lambda: SafeKeyring(Backend(refuses=True)))
    assert store.save(ANNA, Purpose.INCOMING, "pass word") is SecretPlace.SESSION_ONLY
    assert store.load(ANNA, Purpose.INCOMING) == "pass word"
    assert store.load(BEN, Purpose.INCOMING) is None
    store.forget(ANNA)
    assert store.load(ANNA, Purpose.INCOMING) is None


def test_what_is_not_to_be_remembered_does_not_reach_the_keyring() -> None:
    backend = Backend()
    store = SecretStore("home", lambda: SafeKeyring(backend))
    assert store.save(ANNA, Purpose.INCOMING, "pass word", remember=False) is SecretPlace.SESSION_ONLY
    assert backend.kept == {}


def test_without_a_keyring_it_is_said() -> None:
    store = SecretStore("home", no_keyring)
    assert store.save(ANNA, Purpose.SUBMISSION, "pass word") is SecretPlace.SESSION_ONLY
    assert "this session only" in store.describe()


def test_a_secret_is_struck_out_from_the_moment_it_is_known() -> None:
    backend = Backend()
    SecretStore("home", lambda: SafeKeyring(backend)).save(ANNA, Purpose.INCOMING, "heron-and-otter")
    assert redactor.strike_text("it said heron-and-otter") == "it said ********"


@pytest.mark.parametrize(
    "module",
    [
        "keyring.backends.SecretService",
        "keyring.backends.libsecret",
        "keyring.backends.kwallet",
        "keyring.backends.macOS",
        "keyring.backends.Windows",
    ],
)
def test_safe_keyrings_are_used(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: pretending(module))
    found = find_keyring()
    assert found is not None
    assert found.name != "the keyring"


@pytest.mark.parametrize(
    "backend",
    [
        pretending("keyring.backends.fail"),
        pretending("keyring.backends.null"),
        pretending("keyrings.alt.file"),
        pretending("keyrings.alt.Gnome"),
        pretending("keyring_of_a_stranger"),
        pretending("keyring.backends.chainer"),
    ],
    ids=lambda backend: type(backend).__module__,
)
def test_others_are_not(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    assert find_keyring() is None


def test_in_a_chain_only_the_safe_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, safe = pretending("keyrings.alt.file"), pretending("keyring.backends.SecretService")
    chain = type("ChainerBackend", (Backend,), {"__module__": "keyring.backends.chainer", "backends": [plain, safe]})()
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
    found = find_keyring()
    assert found is not None and found.put("a", "pass word")
    assert isinstance(safe, Backend) and list(safe.kept.values()) == ["pass word"]
    assert isinstance(plain, Backend) and plain.kept == {}


def test_the_library_is_not_loaded_before_a_secret_is_asked_for() -> None:
    code = "import sys, mailclient.app.services; sys.exit('keyring' in sys.modules or 'aiosmtpd' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
