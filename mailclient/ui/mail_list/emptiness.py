"""What a list says when it is empty, so that nobody takes a choice of his own for a loss. Pure."""

from __future__ import annotations

from mailclient.domain.folder import Folder
from mailclient.domain.scope import DownloadScope, Keep
from mailclient.ui.models.sentences import folder_title


def empty_words(folder: Folder, scope: DownloadScope | None, *, busy: bool, unread_only: bool) -> str:
    """Return the words for an empty list of a folder; ``busy``: its account is synchronising."""
    if scope is not None and scope.keep is Keep.NOTHING:
        how = "To have its messages here, choose how much to keep in its properties (Alt+Return)."
        return f"This folder is not synchronised.\n{how}"
    if folder.state.exists is None and busy:
        return "The messages are on their way.\nThe newest come first."
    if unread_only and folder.total:
        return "All read.\nClick the envelope above to see everything again."
    return f"Nothing is in {folder_title(folder)}."
