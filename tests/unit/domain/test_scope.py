"""Scopes as values and in words."""

from __future__ import annotations

import pytest

from mailclient.domain.scope import MODEL_SENTENCES, ConnectionModel, DownloadScope, Keep, describe_scope


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (DownloadScope(), "Everything is kept here."),
        (DownloadScope(Keep.RECENT, 30), "All headers, and whole messages of the last 30 days."),
        (DownloadScope(Keep.RECENT, 1), "All headers, and whole messages of the last day."),
        (DownloadScope(Keep.HEADERS), "Headers only; a message is fetched when you open it."),
        (DownloadScope(Keep.HEADERS, max_size_bytes=5), "Headers only; a message is fetched when you open it."),
        (DownloadScope(Keep.NOTHING), "Not synchronised."),
        (
            DownloadScope(max_size_bytes=2_500_000),
            "Everything is kept here; messages over 2.5 MB when you open them.",
        ),
    ],
)
def test_a_scope_is_a_sentence(scope: DownloadScope, words: str) -> None:
    assert describe_scope(scope) == words


@pytest.mark.parametrize(("days", "limit"), [(0, None), (40_000, None), (1, -1)])
def test_numbers_that_mean_nothing_are_refused(days: int, limit: int | None) -> None:
    with pytest.raises(ValueError, match=r"days|max_size_bytes"):
        DownloadScope(Keep.RECENT, days, limit)


def test_each_model_is_explained() -> None:
    assert set(MODEL_SENTENCES) == set(ConnectionModel)
