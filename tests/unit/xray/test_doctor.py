"""The encoding doctor: what breaks where when a part is read in another way, and that the message stays as it is."""

from __future__ import annotations

import base64

import pytest

from mailclient.xray.doctor import ENCODINGS, MAX_PLACES, SecondReading, Trouble, read_second_time
from mailclient.xray.opened import open_message


def message(body: bytes, charset: str = "utf-8", encoding: str = "8bit") -> bytes:
    return (
        f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body
    )


def again(raw: bytes, charset: str = "", encoding: str = "") -> SecondReading:
    opened = open_message(raw)
    found = read_second_time(opened, opened.message.root, charset, encoding)
    assert opened.raw == raw
    return found


def test_as_declared_nothing_breaks() -> None:
    assert again(message("Grüße".encode())).places == ()


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_other_letters_are_told_with_what_they_were(encoding: str) -> None:
    text = "Hello,\r\nliebe Grüße".encode()
    body = {
        "8bit": text,
        "quoted-printable": b"Hello,\r\nliebe Gr=C3=BC=C3=9Fe",
        "base64": base64.b64encode(text),
    }[encoding]
    raw = message(body, encoding=encoding)
    found = again(raw, "windows-1252")
    (place,) = found.places
    assert (place.trouble, place.declared, place.becomes) == (Trouble.OTHER_LETTERS, "üß", "Ã¼ÃŸ")
    assert place.data == "üß".encode()
    assert place.line == (4 if encoding == "base64" else 5)
    where = raw[slice(*place.place)]
    assert where == {"8bit": place.data, "quoted-printable": b"=C3=BC=C3=9F"}.get(encoding, where)
    assert "GrÃ¼ÃŸe" in found.read.text


def test_what_cannot_be_read_is_told_with_its_bytes() -> None:
    raw = message(b"Gr\xfc\xdfe\r\nund mehr\r\n\xfc", "iso-8859-1")
    found = again(raw, "utf-8")
    unreadable = [place for place in found.places if place.trouble is Trouble.UNREADABLE]
    where = [(place.line, raw[slice(*place.place)], place.becomes, place.declared) for place in unreadable]
    assert where == [(4, b"\xfc\xdf", "��", "üß"), (6, b"\xfc", "�", "ü")]


def test_where_letters_hold_ascii_only_what_cannot_be_read_is_listed() -> None:
    raw = message("日本 text".encode("shift_jis"), "shift_jis")
    assert again(raw, "shift_jis").places == ()
    assert {place.trouble for place in again(raw, "big5").places} <= {Trouble.UNREADABLE}


def test_an_encoding_that_was_not_used_says_what_breaks_its_rules() -> None:
    raw = message(b"Gr=C3=BC=C3=9Fe, 100 % sure", encoding="quoted-printable")
    assert again(raw, encoding="binary").read.text == "Gr=C3=BC=C3=9Fe, 100 % sure"
    wrong = again(raw, encoding="base64")
    assert {place.trouble for place in wrong.places} >= {Trouble.ENCODING}
    assert raw[slice(*wrong.places[0].place)].strip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != b""


def test_a_part_that_was_declared_wrongly_is_read_after_all() -> None:
    raw = message(base64.b64encode("Grüße".encode()), encoding="7bit")
    assert again(raw, encoding="base64").read.text == "Grüße"


def test_the_places_are_bounded_and_so_is_the_time() -> None:
    found = again(message(b"\xc3\xbc a " * 300_000), "koi8-r")
    assert len(found.places) == MAX_PLACES
    assert found.more


def test_any_bytes_in_any_way() -> None:
    raw = bytes(range(256)) * 20
    for encoding in ("", *ENCODINGS):
        for charset in ("", "utf-8", "utf-16", "iso-2022-jp", "gb18030", "no-such"):
            for declared in ("utf-8", "us-ascii", "utf-16", "no-such"):
                found = again(message(raw, declared, "base64"), charset, encoding)
                assert all(0 <= place.place[0] <= place.place[1] for place in found.places)
