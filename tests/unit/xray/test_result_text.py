"""What servers found, in the text report: about whom, who says so, and whether that is to be believed."""

from __future__ import annotations

from pathlib import Path

from mailclient.xray.inspection import Context, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.result_text import result_lines

ORDINARY = Path(__file__).parents[2] / "corpus" / "ordinary"
OWN = Context(OwnServers(names=("example.org",)))


def lines(name: str) -> list[tuple[str, str]]:
    found = inspect((ORDINARY / f"{name}.eml").read_bytes(), OWN)
    return list(result_lines(found.results, found.received_spf))


def test_each_result_says_about_whom_and_what_was_checked() -> None:
    told = lines("mailchimp")
    question = "Checked was whether a signature in the message is good: yes."
    assert told[:2] == [
        ("dkim pass", f"harbour.example, says mx.example.org. {question}"),
        ("dkim pass", f"mcsv.example, says mx.example.org. {question}"),
    ]


def test_why_a_field_is_believed_is_said_once() -> None:
    told = lines("google-groups")
    assert [word for word, _ in told if word.startswith("  ")] == ["  believed", *["  not believed"] * 3]


def test_letters_outside_ascii_are_those_of_the_sender() -> None:
    assert ("spf pass", "bücher.example, says mx.example.org.") in [
        (word, sentence.partition(" Checked")[0]) for word, sentence in lines("smtputf8")
    ]
