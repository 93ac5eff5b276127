"""An empty list says why it is empty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailclient.domain.folder import FolderState
from mailclient.domain.scope import WHOLE_SCOPE, DownloadScope, Keep
from mailclient.ui.mail_list.emptiness import empty_words
from tests.support.ui_fakes import folder

LISTED = replace(folder(1, "Lists"), state=FolderState(exists=1200))


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (DownloadScope(Keep.NOTHING), "This folder is not synchronised.\nTo have its messages here"),
        (DownloadScope(Keep.HEADERS), "Nothing is in Lists."),
        (WHOLE_SCOPE, "Nothing is in Lists."),
        (None, "Nothing is in Lists."),
    ],
)
def test_a_folder_that_is_not_synchronised_says_so(scope: DownloadScope | None, words: str) -> None:
    assert empty_words(LISTED, scope, busy=False, unread_only=False).startswith(words)


def test_a_folder_that_is_on_its_way_and_one_that_is_all_read() -> None:
    assert "on their way" in empty_words(folder(1, "Lists"), None, busy=True, unread_only=False)
    assert "All read" in empty_words(folder(1, "Lists", total=3), None, busy=False, unread_only=True)
