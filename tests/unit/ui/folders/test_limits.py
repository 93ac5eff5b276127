"""What a server limits, in words."""

from __future__ import annotations

from dataclasses import replace

from mailclient.domain.folder import FolderLimits, FolderState, Quota
from mailclient.ui.folders.limits import limit_facts, quota_words, warning
from tests.support.ui_fakes import folder


def test_a_quota_is_said_in_bytes_and_in_percent() -> None:
    assert quota_words(Quota("", "STORAGE", 1000, 2000)) == "1.0 MB of 2.0 MB used (50 %)"
    assert quota_words(Quota("", "MESSAGE", 9, 10)) == "9 of 10 messages (90 %)"
    assert quota_words(Quota("", "STORAGE", 0, 0)).endswith("(100 %)")


def test_only_what_is_nearly_full_is_mentioned() -> None:
    assert warning("a@b", None) == ""
    assert warning("a@b", FolderLimits()) == ""
    assert warning("a@b", FolderLimits((Quota("", "STORAGE", 79, 100),))) == ""
    both = FolderLimits((Quota("", "STORAGE", 10, 100), Quota("", "MESSAGE", 81, 100)))
    assert warning("a@b", both) == "a@b: 81 of 100 messages (81 %)"


def test_the_properties_have_a_row_for_each_thing_that_was_told() -> None:
    assert limit_facts(folder(1, "Work"), None) == []
    locked = replace(folder(1, "Work"), state=FolderState(read_only=True))
    assert [title for title, _ in limit_facts(locked, None)] == ["Access"]
    told = FolderLimits((Quota("user", "STORAGE", 1, 2),), 10_000_000, "lrx")
    assert limit_facts(folder(1, "Work"), told) == [
        ("Quota “user”", "1.0 kB of 2.0 kB used (50 %)"),
        ("Largest message", "10.0 MB"),
        ("You may", "see that it exists, read its messages, rename or delete it"),
    ]
    assert limit_facts(folder(1, "Work"), FolderLimits(rights="aeiklprstwx")) == [("You may", "do everything")]
    assert limit_facts(folder(1, "Work"), FolderLimits(rights="")) == [("You may", "nothing")]
    assert limit_facts(folder(1, "Work"), FolderLimits(None, 0))[0][1].startswith("None")
