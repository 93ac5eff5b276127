"""One visit to a maildrop, in steps: list, fetch what is new, keep it, and only then let the server delete.

Each batch is on the disk before the next is asked for, so a cut anywhere loses nothing and fetches nothing twice. DELE is
said of a message only after its bytes were committed, in the same session or a later one, and counts only after QUIT was
answered with +OK. RFC 1939 sections 5 and 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mailclient.domain.errors import MaildropRenamed, NetworkGone, PostscopeError
from mailclient.domain.ids import AccountId
from mailclient.domain.pop import FetchedMail, PopPolicy
from mailclient.mime.dates import parse_date, unix_seconds
from mailclient.mime.wire import summarise_headers
from mailclient.sync.pop_plan import (
    MANY,
    Identified,
    header_digest,
    header_of,
    identify,
    is_renamed,
    match_renamed,
    may_delete,
    plan_collection,
    without_useful_id,
)
from mailclient.sync.pop_ports import PopMaildrop, PopStore
from mailclient.sync.progress import Reporter

BATCH_MESSAGES: Final = 50
BATCH_BYTES: Final = 4 * 1024 * 1024
_RECEIVED: Final = re.compile(rb"^Received:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE)


class Collection:
    """One session with a maildrop. :meth:`begin` once, then :meth:`step` until it returns True."""

    def __init__(
        self,
        maildrop: PopMaildrop,
        store: PopStore,
        account_id: AccountId,
        policy: PopPolicy,
        reporter: Reporter,
        now_unix_s: Callable[[], float],
        *,
        accept_renamed: bool = False,
    ) -> None:
        """``accept_renamed``: the user said that mail may be fetched again although it may be here already."""
        self._maildrop = maildrop
        self._store = store
        self._account_id = account_id
        self._policy = policy
        self._reporter = reporter
        self._now_unix_s = now_unix_s
        self._accept_renamed = accept_renamed
        self._found: dict[int, Identified] = {}
        self._batches: Iterator[tuple[bool, tuple[int, ...]]] = iter(())
        self._counts_otherwise = False
        self._done = 0
        self._total = 0

    def begin(self) -> None:
        """List the maildrop and decide what to do. Raises MaildropRenamed when the user has to decide."""
        listing = self._maildrop.list_messages()
        headers = self._headers(without_useful_id(listing))
        found = identify(listing, headers)
        known = self._store.known(self._account_id)
        if is_renamed(found, (mail for mail in known if not mail.is_missing)):
            headers |= self._headers([item.listed.number for item in found if item.listed.number not in headers])
            matched = match_renamed(found, headers, known)
            if len(found) - len(matched) > MANY and not self._accept_renamed:
                raise MaildropRenamed(
                    f"The server has given all of its {len(found)} messages new names, and {len(found) - len(matched)} of "
                    "them are not recognised. Fetching them may bring mail a second time that is here already, so nothing "
                    "was fetched. Choose “Fetch it again” to fetch it all the same.",
                    connection_id=self._maildrop.connection_id,
                )
            self._store.rename(self._account_id, matched)
            known = self._store.known(self._account_id)
        self._store.note_listing(self._account_id, [item.key for item in found], self._now_unix_s())
        self._found = {item.listed.number: item for item in found}
        plan = plan_collection(found, known, self._policy, self._now_unix_s())
        self._total = len(plan.whole) + len(plan.headers)
        self._batches = iter(
            [(True, batch) for batch in self._cut(plan.whole)] + [(False, batch) for batch in self._cut(plan.headers)]
        )

    def step(self) -> bool:
        """Fetch and keep one batch; True when all is fetched and the session has ended."""
        self._reporter.check()
        batch = next(self._batches, None)
        if batch is not None:
            self._fetch(*batch)
            return False
        self._end()
        return True

    def fetch_whole(self, key: str) -> bool:
        """Fetch one message with all its bytes, whatever the plan says; False when the server does not have it."""
        number = next((number for number, item in self._found.items() if item.key == key), None)
        return number is not None and self._fetch(True, (number,)) == 1

    def _headers(self, numbers: Sequence[int]) -> dict[int, bytes]:
        found = self._maildrop.fetch_headers(numbers) if numbers else ()
        return {number: header for number, header in found if header is not None}

    def _cut(self, numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
        batch: list[int] = []
        size = 0
        for number in numbers:
            size += self._found[number].listed.size_bytes
            if batch and (size > BATCH_BYTES or len(batch) >= BATCH_MESSAGES):
                yield tuple(batch)
                batch, size = [], self._found[number].listed.size_bytes
            batch.append(number)
        if batch:
            yield tuple(batch)

    def _fetch(self, is_whole: bool, numbers: Sequence[int]) -> int:
        arrived: list[FetchedMail] = []
        contents = self._whole(numbers) if is_whole else self._maildrop.fetch_headers(numbers)
        try:
            for number, raw in contents:
                if raw:
                    arrived.append(self._fetched(self._found[number], raw, is_whole))
                else:
                    self._reporter.noticed("The server would not give one message. It is asked for again next time.")
        except PostscopeError:
            self._keep(arrived)  # What has arrived is kept.
            raise
        self._keep(arrived)
        self._done += len(numbers)
        self._reporter.progressed("New mail", min(self._done, self._total), self._total)
        return len(arrived)

    def _whole(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """Yield messages. One of another size than was listed is asked for twice: the same twice is all there is.

        So are those that came after it: when the end of one is missing, the answers are one message off, and messages of
        equal size would be taken for each other. Where one came twice in the same way, the server counts otherwise.
        """
        doubtful: dict[int, bytes] = {}
        for number, raw in self._maildrop.fetch(numbers):
            if raw and not self._counts_otherwise and (doubtful or self._is_odd(number, raw)):
                doubtful[number] = raw
            else:
                yield number, raw
        for number, raw in self._maildrop.fetch(tuple(doubtful)) if doubtful else ():
            is_same = raw == doubtful[number]
            self._counts_otherwise |= is_same and self._is_odd(number, doubtful[number])
            yield number, raw if raw and (is_same or not self._is_odd(number, raw)) else None

    def _is_odd(self, number: int, raw: bytes) -> bool:
        return len(raw) != self._found[number].listed.size_bytes

    def _keep(self, arrived: Sequence[FetchedMail]) -> None:
        if arrived:
            into = self._policy.deliver_to or self._account_id
            self._store.add(self._account_id, into, arrived, self._now_unix_s())

    def _fetched(self, item: Identified, raw: bytes, is_whole: bool) -> FetchedMail:
        header = header_of(raw)
        return FetchedMail(
            key=item.key,
            size_bytes=len(raw) if is_whole else item.listed.size_bytes,
            raw=raw,
            is_whole=is_whole,
            received_unix_s=decide_received_unix_s(header, self._now_unix_s()),
            message_id_field=summarise_headers(header + b"\r\n\r\n").message_id,
            header_digest=header_digest(raw),
        )

    def _end(self) -> None:
        """Delete on the server what is safe here and not to be kept there; the deletion counts when QUIT is answered."""
        now = self._now_unix_s()
        deletable = {mail.key for mail in self._store.known(self._account_id) if may_delete(mail, self._policy, now)}
        numbers = [number for number, item in self._found.items() if item.key in deletable]
        accepted = self._maildrop.delete(numbers) if numbers else ()
        try:
            is_final = self._maildrop.quit()
        except NetworkGone:
            if accepted:
                raise
            return  # Nothing depended on it.
        if is_final:
            self._store.note_deleted(self._account_id, [self._found[number].key for number in accepted], now)


def decide_received_unix_s(header: bytes, now_unix_s: float) -> int:
    """Return when a message arrived: POP3 does not tell, so the newest Received field does, else Date, else now.

    Never in the future: a sender's wrong clock must not keep a message on top of the list.
    """
    received = _RECEIVED.search(header)
    seconds = unix_seconds(parse_date(received[1].rpartition(b";")[2].strip())) if received else None
    if seconds is None:
        seconds = summarise_headers(header + b"\r\n\r\n").date_unix_s
    return int(now_unix_s) if seconds is None else max(min(seconds, int(now_unix_s)), 0)
