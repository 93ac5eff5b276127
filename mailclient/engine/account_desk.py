"""Account records and passwords: adding, changing and removing an account, and what then becomes of its threads.

May block on the keyring, on the disk and on threads that end: never called on the window's thread.
"""

from __future__ import annotations

from mailclient.accounts.secrets import SecretPlace
from mailclient.domain.account import Account, Credentials, Purpose
from mailclient.domain.errors import BadInput
from mailclient.domain.events import AccountsChanged
from mailclient.domain.ids import AccountId
from mailclient.engine.account_threads import AccountThreads
from mailclient.engine.services import EngineServices
from mailclient.store.removal import forget_account
from mailclient.store.shrinking import compact_cache, shrink_user_file


class AccountDesk:
    """Changes accounts."""

    def __init__(self, services: EngineServices, threads: AccountThreads) -> None:
        self._services = services
        self._threads = threads

    def find(self, account_id: AccountId) -> Account:
        """Return an account; raises BadInput when there is none."""
        account = self._services.records.get(account_id)
        if account is None:
            raise BadInput("There is no such account.")
        return account

    def add(self, account: Account, credentials: Credentials, *, remember: bool) -> str:
        """Store an account and start it. Returns the sentence that says where its password is kept."""
        self._services.records.put(account)
        sentence = self._keep(account.id, credentials, remember, None)
        self._threads.renew(account)
        self._services.announcer.announce(AccountsChanged())
        return sentence

    def change(self, account: Account, credentials: Credentials | None, *, remember: bool) -> str:
        """Store other settings of an account, and other secrets where they are given, and start it anew.

        Both before it starts: a token must not be tried as a password, nor the other way round. Frees nothing here.
        Returns the sentence that says where secrets are kept, empty when none was given.
        """
        self.find(account.id)
        self._services.records.put(account)
        sentence = self._keep(account.id, credentials, remember, None) if credentials is not None else ""
        self._services.keeping.changed(self._services.sync_store.folders(account.id))
        self._threads.renew(account)
        self._services.announcer.announce(AccountsChanged())
        return sentence

    def remove(self, account_id: AccountId) -> None:
        """Stop an account, forget its password, delete its cache; mail on the server stays."""
        if self._services.records.get(account_id) is None:
            raise BadInput("This account is gone already.")
        self._threads.end((account_id,))
        self._services.secrets.forget(account_id)
        self._services.records.remove(account_id)
        forget_account(self._services.writer, account_id)
        self._services.announcer.announce(AccountsChanged())
        compact_cache(self._services.writer)
        shrink_user_file(self._services.writer)

    def set_password(
        self, account_id: AccountId, credentials: Credentials, *, remember: bool, only: Purpose | None
    ) -> str:
        """Store new credentials and resume a parked account."""
        sentence = self._keep(account_id, credentials, remember, only)
        self._threads.resume(account_id)
        return sentence

    def _keep(self, account_id: AccountId, credentials: Credentials, remember: bool, only: Purpose | None) -> str:
        secrets = self._services.secrets
        given = {Purpose.INCOMING: credentials.incoming_password, Purpose.SUBMISSION: credentials.submission_password}
        places = {
            secrets.save(account_id, purpose, secret, remember=remember)
            for purpose, secret in given.items()
            if only in {None, purpose}
        }
        if places == {SecretPlace.KEYRING}:
            return secrets.describe()
        if remember:
            return "This computer offers no safe keyring: the password is kept for this session only."
        return "The password is kept for this session only."

    def credentials(self, account: Account) -> Credentials:
        """Return what is stored; raises SignInNeeded when a password is not known."""
        services = self._services
        return Credentials(services.password(account, Purpose.INCOMING), services.password(account, Purpose.SUBMISSION))
