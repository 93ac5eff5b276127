"""Subjects of answers carry one prefix."""

from __future__ import annotations

import pytest

from mailclient.send.subjects import forward_subject, reply_subject


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Lunch", "Re: Lunch"),
        ("Re: Lunch", "Re: Lunch"),
        ("RE: AW: Re[2]: Lunch", "Re: Lunch"),
        ("Sv: Lunch", "Re: Lunch"),
        ("回复：Lunch", "Re: Lunch"),
        ("Reform: what now", "Re: Reform: what now"),
        ("[list] Re: Lunch", "Re: [list] Re: Lunch"),
        ("", "Re: "),
    ],
)
def test_reply(before: str, after: str) -> None:
    assert reply_subject(before) == after


@pytest.mark.parametrize(
    ("before", "after"), [("Lunch", "Fwd: Lunch"), ("Fwd: FW: Lunch", "Fwd: Lunch"), ("Fwdiary", "Fwd: Fwdiary")]
)
def test_forward(before: str, after: str) -> None:
    assert forward_subject(before) == after
