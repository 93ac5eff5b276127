"""Searching finds what is there, newest first, in any script, whatever is typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.domain.ids import AccountId
from mailclient.store.search import snippet
from tests.unit.store.house import House, listing, message

TEXTS = {
    "Invoice for May": "please pay the amount of 40 euro before the pelican arrives",
    "Re: lunch": "the café round the corner, naïve as it sounds",
    "東京都の天気": "明日は雨が降るでしょう。傘を持って行ってください",
    "สวัสดีครับ": "การประชุมวันพรุ่งนี้เวลาสิบโมง",
    "중요한 회의": "고등학교에서 회의가 있습니다",
    "हिन्दी समाचार": "यह एक परीक्षण संदेश है",
}


@pytest.fixture
def library(house: House) -> House:
    """A house whose inbox holds messages in several scripts."""
    house.add("INBOX", *(message(uid, subject) for uid, subject in enumerate(TEXTS, 1)))
    rows = house.reader.rows(house.ids("INBOX"))
    house.sync.put_bodies(house.folder("INBOX"), [house.body(row.id, TEXTS[row.subject]) for row in rows])
    return house


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("pelican", "Invoice for May"),
        ("PELI", "Invoice for May"),
        ("pay amount", "Invoice for May"),
        ('"amount of 40"', "Invoice for May"),
        ("subject:invoice", "Invoice for May"),
        ("body:euro", "Invoice for May"),
        ("from:sender1@example.org", "Invoice for May"),
        ("to:anna subject:lunch", "Re: lunch"),
        ("cafe", "Re: lunch"),
        ("CAFÉ", "Re: lunch"),
        ("naive", "Re: lunch"),
        ("東京", "東京都の天気"),
        ("京都", "東京都の天気"),
        ("都", "東京都の天気"),
        ("傘", "東京都の天気"),
        ("降る", "東京都の天気"),
        ("雨が降るでしょう", "東京都の天気"),
        ("subject:天気", "東京都の天気"),
        ("ประชุม", "สวัสดีครับ"),
        ("พรุ่งนี้", "สวัสดีครับ"),
        ("학교", "중요한 회의"),
        ("परीक्षण", "हिन्दी समाचार"),
        ("-body:euro -cafe -東京 -ประชุม -학교 ", "हिन्दी समाचार"),
    ],
)
def test_it_finds(library: House, query: str, subject: str) -> None:
    assert library.found(query) == [subject]


@pytest.mark.parametrize(
    "query",
    ["", "   ", "penguin", "body:invoice", '"of amount"', "pay -euro", "京東", "subject:傘", "ham -", '"'],
)
def test_it_does_not_find(library: House, query: str) -> None:
    assert library.found(query) == []


def test_all_words_must_occur_and_excluded_ones_must_not(library: House) -> None:
    assert library.found("the") == ["Re: lunch", "Invoice for May"]
    assert library.found("the -pelican") == ["Re: lunch"]
    assert library.found("the pelican") == ["Invoice for May"]


def test_headers_are_found_before_the_body_is_here(house: House) -> None:
    house.add("INBOX", message(1, "Early bird"))
    assert house.found("bird") == ["Early bird"]


def test_a_body_stored_again_replaces_its_words(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    for text in ("first", "second"):
        house.sync.put_bodies(house.folder("INBOX"), [house.body(key, text)])
    assert house.found("first") == []
    assert house.found("second") == ["Subject 1"]


def test_pages_go_on_before_a_key_and_keep_to_a_place(house: House) -> None:
    (other,) = house.sync.put_folders(AccountId("ben"), [listing("INBOX")])
    house.add("INBOX", *(message(uid, f"bird {uid}") for uid in range(1, 8)))
    house.add("Archive", message(20, "bird 20"))
    house.sync.add_messages(other, [message(30, "bird 30")], None)
    first = house.reader.search("bird", limit=3)
    assert [hit.row.subject for hit in first] == ["bird 30", "bird 20", "bird 7"]
    assert (first[0].account_id, first[1].folder_name) == ("ben", "Archive")
    second = house.reader.search("bird", limit=3, before=first[-1].row.id)
    assert [hit.row.subject for hit in second] == ["bird 6", "bird 5", "bird 4"]
    assert [hit.row.subject for hit in house.reader.search("bird", folder_id=house.folder("Archive"))] == ["bird 20"]
    assert [hit.row.subject for hit in house.reader.search("bird", account_id=AccountId("ben"))] == ["bird 30"]


def test_a_hit_shows_the_text_around_the_word(library: House) -> None:
    text = "beginning " * 40 + "the needle is here " + "end " * 100
    (key,) = (row.id for row in library.reader.rows(library.ids("INBOX")) if row.subject == "Re: lunch")
    library.sync.put_bodies(library.folder("INBOX"), [library.body(key, text)])
    (hit,) = library.reader.search("needle")
    assert "needle is here" in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 200


def test_places_are_found_without_accents() -> None:
    assert "Café" in snippet("x " * 200 + "im Café am Eck", ["cafe"])
    assert snippet("short", ["absent"]) == "short"


@settings(max_examples=300, deadline=None)
@given(
    query=st.one_of(
        st.text(),
        st.text(alphabet="\"*()-:^{}+ abfromtsubject'\\NEARANDORNOT東京"),
    )
)
def test_anything_typed_is_a_query(search_house: House, query: str) -> None:
    search_house.reader.search(query)
    search_house.reader.addresses_like(query)


@pytest.fixture(scope="module")
def search_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all examples."""
    house = House(tmp_path_factory.mktemp("search") / "profile")
    house.add("INBOX", message(1, "a b 東京 NEAR"))
    yield house
    house.close()
