"""What is missing is said in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailclient.domain.account import Endpoint, Security
from mailclient.ui.setup.complete import missing_sentence
from tests.support.ui_fakes import account

GOOD = account()
PLAIN = Endpoint("mail.example.org", 143, Security.PLAIN, "alex")


@pytest.mark.parametrize("address", ["", "alex", "@example.org", "alex@", "alex @example.org"])
def test_an_address_must_be_whole(address: str) -> None:
    assert missing_sentence(replace(GOOD, address=address)) == "Type the whole address, as in ada@example.org."


def test_a_whole_account_lacks_nothing() -> None:
    assert missing_sentence(GOOD) == ""
    assert missing_sentence(replace(GOOD, submission=replace(GOOD.submission, username=""))) == ""


def test_each_server_is_named() -> None:
    nothing = replace(GOOD.incoming, host="")
    assert missing_sentence(replace(GOOD, incoming=nothing)) == "Type the name of the server for receiving."
    assert missing_sentence(replace(GOOD, submission=nothing)) == "Type the name of the server for sending."
    odd = replace(GOOD, incoming=replace(GOOD.incoming, host="https://mail"))
    assert missing_sentence(odd) == "“https://mail” is no name of a server: it looks like mail.example.org."
    nobody = replace(GOOD, incoming=replace(GOOD.incoming, username=""))
    assert missing_sentence(nobody) == "Type the user name at the server for receiving."


def test_a_name_in_the_list_is_needed() -> None:
    assert missing_sentence(replace(GOOD, label="")) == "Type how the account is shown in the list of folders."


def test_plain_needs_a_word_except_on_this_computer() -> None:
    assert "not encrypted" in missing_sentence(replace(GOOD, incoming=PLAIN))
    assert missing_sentence(replace(GOOD, incoming=replace(PLAIN, plain_confirmed=True))) == ""
    assert missing_sentence(replace(GOOD, submission=replace(PLAIN, host="127.0.0.1"))) == ""
