"""Where an answer goes, who is left out, and which field decided: for people, for everybody, for a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.headers import HeaderBlock, parse_header_block
from mailclient.mime.reply_targets import ReplyMode, ReplyTargets, decide_reply_targets, list_post_address

ME = frozenset({"me@example.org", "me@work.example"})
FROM = "From: Ada <ada@example.net>"
TO = "To: Me <me@example.org>, Bob <bob@example.net>"
CC = "Cc: carol@example.com, ME@work.example, ADA@example.net"
POST = "List-Post: <mailto:talk@lists.example.net>"
TALK = "talk@lists.example.net"


def block(*lines: str) -> HeaderBlock:
    """Return a header of these lines."""
    return parse_header_block("\r\n".join([*lines, "", ""]).encode())


def decided(mode: ReplyMode, *lines: str) -> ReplyTargets:
    """Return the decision for a reader who is ``ME``."""
    return decide_reply_targets(block(*lines), ME, mode)


def shown(targets: ReplyTargets) -> tuple[list[str], list[str]]:
    """Return the addresses for To and Cc."""
    return [one.address for one in targets.to], [one.address for one in targets.cc]


def left_out(targets: ReplyTargets) -> dict[str, str]:
    """Return who is left out, and why."""
    return {target.address.address: target.why for target in targets.left_out}


def test_an_answer_goes_to_the_author() -> None:
    targets = decided(ReplyMode.SENDER, FROM, TO, CC)
    assert shown(targets) == (["ada@example.net"], [])
    assert targets.targets[0].field == "From"
    assert targets.why == "From names the author; there is no Reply-To."


def test_reply_to_decides_and_the_author_is_left_out_with_a_reason() -> None:
    targets = decided(ReplyMode.SENDER, FROM, "Reply-To: Desk <desk@example.net>", TO)
    assert shown(targets) == (["desk@example.net"], [])
    assert targets.targets[0].field == "Reply-To"
    assert left_out(targets) == {"ada@example.net": "Reply-To asks for answers elsewhere."}


def test_an_answer_to_all_has_everybody_once_and_never_oneself() -> None:
    targets = decided(ReplyMode.ALL, FROM, TO, CC)
    assert shown(targets) == (["ada@example.net"], ["bob@example.net", "carol@example.com"])
    assert left_out(targets) == {
        "me@example.org": "It is your own address.",
        "ME@work.example": "It is your own address.",
    }
    assert [target.field for target in targets.targets] == ["From", "To", "Cc"]


def test_ones_own_address_in_reply_to_is_left_out_unless_it_is_alone() -> None:
    both = decided(ReplyMode.SENDER, FROM, "Reply-To: me@example.org, desk@example.net")
    assert shown(both) == (["desk@example.net"], [])
    alone = decided(ReplyMode.SENDER, FROM, "Reply-To: me@example.org")
    assert shown(alone) == (["me@example.org"], [])


def test_ones_own_message_is_followed_up() -> None:
    lines = ("From: me@example.org", "To: bob@example.net", "Cc: carol@example.com")
    assert shown(decided(ReplyMode.SENDER, *lines)) == (["bob@example.net"], [])
    targets = decided(ReplyMode.ALL, *lines)
    assert shown(targets) == (["bob@example.net"], ["carol@example.com"])
    assert "your own" in targets.why


def test_a_message_to_oneself_is_answered_to_oneself() -> None:
    targets = decided(ReplyMode.SENDER, "From: me@example.org", "To: me@work.example")
    assert shown(targets) == (["me@example.org"], [])


def test_several_authors_are_all_answered() -> None:
    targets = decided(ReplyMode.SENDER, "From: a@example.net, b@example.net", "Sender: a@example.net")
    assert shown(targets) == (["a@example.net", "b@example.net"], [])


def test_a_list_in_reply_to_is_no_private_answer() -> None:
    lines = (FROM, f"Reply-To: {TALK}", f"To: {TALK}", POST)
    private = decided(ReplyMode.SENDER, *lines)
    assert shown(private) == (["ada@example.net"], [])
    assert "the list is left out" in private.why
    assert "not for everybody" in left_out(private)[TALK]
    everybody = decided(ReplyMode.ALL, *lines)
    assert shown(everybody) == (["ada@example.net", TALK], [])


def test_a_list_that_writes_in_the_authors_place_names_the_author_in_reply_to() -> None:
    lines = (f'From: "Ada via Talk" <{TALK}>', f"Reply-To: Ada <ada@example.net>, {TALK}", f"To: {TALK}", POST)
    assert shown(decided(ReplyMode.SENDER, *lines)) == (["ada@example.net"], [])
    assert shown(decided(ReplyMode.ALL, *lines)) == (["ada@example.net", TALK], [])


def test_a_list_that_hides_the_author_is_all_that_can_be_answered() -> None:
    lines = (f'From: "Ada via Talk" <{TALK}>', f"Reply-To: {TALK}", f"To: {TALK}", POST)
    assert shown(decided(ReplyMode.SENDER, *lines)) == ([TALK], [])


def test_followups_go_where_the_author_wants_them() -> None:
    targets = decided(ReplyMode.ALL, FROM, TO, CC, f"Mail-Followup-To: {TALK}, me@example.org")
    assert shown(targets) == ([TALK], [])
    assert targets.targets[0].field == "Mail-Followup-To"
    assert left_out(targets)["me@example.org"] == "It is your own address."
    assert "may read the list anyway" in left_out(targets)["ada@example.net"]
    assert shown(decided(ReplyMode.SENDER, FROM, f"Mail-Followup-To: {TALK}")) == (["ada@example.net"], [])


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (POST, TALK),
        ("List-Post: <http://lists.example.net/post>, <mailto:talk@lists.example.net?subject=x>", TALK),
        ("List-Post: <MAILTO:talk@lists.example.net> (Members only)", TALK),
        ("List-Post: <mailto:talk%40lists.example.net>", TALK),
        ("List-Post: NO", None),
        ("List-Post: <mailto:talk@lists.example.net,evil@example.com>", None),
        ("List-Post: <mailto:talk>", None),
        ("List-Post: <mailto:a%0D%0ABcc:b@example.com>", None),
        ("Subject: none", None),
    ],
)
def test_the_address_of_a_list(line: str, address: str | None) -> None:
    assert list_post_address(block(line)) == address
    targets = decided(ReplyMode.LIST, FROM, line)
    assert shown(targets) == ([address] if address else [], [])


def test_a_list_that_takes_no_mail_says_so() -> None:
    assert "nobody may write" in decided(ReplyMode.LIST, FROM, "List-Post: NO (posting not allowed)").why
    assert "no list can be answered" in decided(ReplyMode.LIST, FROM).why


def test_nobody_to_answer() -> None:
    assert decided(ReplyMode.SENDER, "Subject: x") == decided(ReplyMode.ALL, "Subject: x")
    assert not decided(ReplyMode.SENDER, "From: nobody").targets


@given(st.binary(max_size=200), st.binary(max_size=100), st.sampled_from(ReplyMode))
def test_any_header_has_a_decision(sender: bytes, reply_to: bytes, mode: ReplyMode) -> None:
    header = b"From: " + sender + b"\r\nReply-To: " + reply_to + b"\r\nTo: me@example.org\r\n\r\n"
    targets = decide_reply_targets(parse_header_block(header), ME, mode)
    keys = [target.address.address.lower() for target in targets.targets]
    assert len(keys) == len(set(keys))
    assert targets.why.endswith(".")
