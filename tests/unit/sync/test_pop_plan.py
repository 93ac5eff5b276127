"""What to do about a maildrop: known by id or by header, never deleted before it is here, never doubled without asking."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailclient.domain.pop import KnownMail, ListedMail, PopKeep, PopPolicy
from mailclient.sync.pop_plan import (
    header_digest,
    identify,
    is_renamed,
    match_renamed,
    may_delete,
    plan_collection,
    without_useful_id,
)

NOW = 1_800_000_000.0
HEADER = b"Message-ID: <%d@x>\r\nSubject: s\r\n\r\n"


def listed(number: int, uidl: str | None = None, size: int = 100) -> ListedMail:
    return ListedMail(number, size, f"id{number}" if uidl is None else uidl or None)


def known(number: int, **values: object) -> KnownMail:
    mail = KnownMail(
        key=f"u:id{number}",
        size_bytes=100,
        message_id_field=f"<{number}@x>",
        header_digest=header_digest(HEADER % number),
        fetched_unix_s=NOW - 86_400,
        is_here=True,
        has_headers=False,
    )
    return replace(mail, **values)  # type: ignore[arg-type]


def test_new_mail_is_fetched_and_known_mail_is_not() -> None:
    found = identify([listed(1), listed(2), listed(3)], {})
    plan = plan_collection(found, [known(2)], PopPolicy(), NOW)
    assert plan.whole == (3, 1)
    assert not plan.headers
    assert not plan.delete


def test_of_large_mail_only_headers_are_fetched_once() -> None:
    policy = PopPolicy(headers_only_over_bytes=1000)
    found = identify([listed(1, size=5000), listed(2), listed(3, size=9000)], {})
    plan = plan_collection(found, [known(3, is_here=False, has_headers=True)], policy, NOW)
    assert (plan.whole, plan.headers) == ((2,), (1,))
    # The limit was lifted: what is here with its header alone is completed.
    assert plan_collection(found, [known(3, is_here=False, has_headers=True)], PopPolicy(), NOW).whole == (3, 2, 1)


def test_missing_and_doubled_ids_are_replaced_by_size_and_header() -> None:
    listing = [listed(1, "same"), listed(2, "same"), listed(3, ""), listed(4), listed(5, "")]
    assert without_useful_id(listing) == (1, 2, 3, 5)
    headers = {1: HEADER % 1, 2: HEADER % 2, 3: HEADER % 3}
    found = identify(listing, headers)
    keys = [item.key for item in found]
    assert len(set(keys)) == 4
    assert "u:id4" in keys
    # Number 5 gave no header either: it cannot be told from others and is left alone.
    assert [item.listed.number for item in found] == [1, 2, 3, 4]
    # In another order and session the keys are the same.
    again = identify([listed(1, ""), listed(2, "")], {1: HEADER % 2, 2: HEADER % 1})
    assert {item.key for item in again} <= set(keys)


def test_twins_are_two_messages() -> None:
    found = identify([listed(1, ""), listed(2, "")], {1: HEADER % 1, 2: HEADER % 1})
    assert found[0].key != found[1].key


def test_a_digest_does_not_see_line_ends_and_what_servers_add() -> None:
    raw = HEADER % 1 + b"body\r\n"
    assert header_digest(raw) == header_digest(b"Message-ID: <1@x>\nSubject: s\n\nanother body")
    assert header_digest(raw) == header_digest(b"X-UIDL: 7\r\nStatus: RO\r\n" + raw)
    assert header_digest(raw) != header_digest(b"X-Other: 7\r\n" + raw)


@pytest.mark.parametrize(
    ("keep", "here", "trashed", "expunged", "days", "deleted"),
    [
        (PopKeep.ALWAYS, True, True, False, 99, False),
        (PopKeep.ALWAYS, False, False, True, 99, False),
        (PopKeep.REMOVE, True, False, False, 0, True),
        (PopKeep.REMOVE, False, False, False, 0, False),
        (PopKeep.DAYS, True, False, False, 13, False),
        (PopKeep.DAYS, True, False, False, 14, True),
        (PopKeep.DAYS, False, True, False, 99, False),
        (PopKeep.DAYS, True, True, False, 0, True),
        (PopKeep.UNTIL_DELETED, True, False, False, 99, False),
        (PopKeep.UNTIL_DELETED, True, True, False, 0, True),
        (PopKeep.UNTIL_DELETED, False, True, False, 0, False),
        (PopKeep.UNTIL_DELETED, False, False, True, 0, True),
    ],
)
def test_the_server_deletes_only_what_is_whole_here_or_removed_by_the_user(
    keep: PopKeep, here: bool, trashed: bool, expunged: bool, days: int, deleted: bool
) -> None:
    mail = known(
        1,
        is_here=here,
        has_headers=not here,
        is_trashed=trashed,
        is_expunged=expunged,
        fetched_unix_s=NOW - days * 86_400,
    )
    assert may_delete(mail, PopPolicy(keep=keep, keep_days=14), NOW) is deleted


def test_what_the_user_removed_for_ever_is_not_fetched_again() -> None:
    found = identify([listed(1)], {})
    plan = plan_collection(found, [known(1, is_here=False, is_expunged=True)], PopPolicy(), NOW)
    assert plan.whole == plan.headers == plan.delete == ()


def test_renamed_messages_are_recognised() -> None:
    before = [known(number) for number in (1, 2, 3)]
    found = identify([listed(number, f"new{number}") for number in (1, 2, 3, 4)], {})
    assert is_renamed(found, before)
    assert not is_renamed(found, [])
    assert not is_renamed(identify([listed(1), listed(9, "new")], {}), before)
    headers = {number: HEADER % number for number in (1, 2, 4)}
    headers[3] = b"X-Spam: 1\r\n" + HEADER % 3
    matched = match_renamed(found, headers, before)
    assert matched == {"u:id1": "u:new1", "u:id2": "u:new2", "u:id3": "u:new3"}
