"""What is wanted of an account's worker, in the order of urgency. Guarded by the worker's lock; knows no threads itself."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field

from mailclient.domain.ids import FolderId, MessageId


@dataclass(slots=True)
class Wishes:
    """Everything is wanted at first. A wish is taken back before it is fulfilled, so that one made meanwhile counts anew."""

    bodies: OrderedDict[MessageId, bool] = field(default_factory=OrderedDict)
    """Messages that somebody looks at, the newest wish last: it is what is on the screen now. True: all of it."""
    parts: dict[MessageId, str] = field(default_factory=dict)
    """The part that is wanted of a message that is not wanted whole."""
    journal: bool = True
    journal_at_unix_s: float = math.inf
    """When a postponed entry is due."""
    folders: OrderedDict[FolderId, None] = field(default_factory=OrderedDict)
    everything: bool = True
    to_visit: list[FolderId] | None = None
    """What is left of the pass over all folders; None before they are listed."""
    missing_bodies: bool = True
    skipped_bodies: set[FolderId] = field(default_factory=set)
    """Folders whose bodies had their chances in this pass."""

    def wish_everything(self) -> None:
        """Begin a new pass."""
        self.everything = self.missing_bodies = self.journal = True
        self.to_visit = None
        self.skipped_bodies.clear()

    def wish_body(self, message_id: MessageId, *, whole: bool = False, section: str | None = None) -> None:
        """Somebody opened a message; opened again, it is the newest again. ``whole``: however large it is."""
        if section is not None:
            self.parts[message_id] = section
        self.bodies[message_id] = whole or self.bodies.get(message_id, False)
        self.bodies.move_to_end(message_id)

    def fulfil_body(self, message_id: MessageId, *, whole: bool, section: str | None = None) -> None:
        """What was wished has come; more that was wished meanwhile stays wished."""
        if whole or self.parts.get(message_id) == section:
            self.parts.pop(message_id, None)
        if self.bodies.get(message_id) == whole and message_id not in self.parts:
            del self.bodies[message_id]

    def newest_body(self) -> MessageId | None:
        """Return the message that was opened last."""
        return next(reversed(self.bodies), None)

    def wish_folder(self, folder_id: FolderId) -> None:
        """One folder rang."""
        self.folders[folder_id] = None
        self.missing_bodies = True

    def put_back(self, folder_id: FolderId) -> None:
        """A folder was not finished: it is the next one again."""
        self.folders[folder_id] = None
        self.folders.move_to_end(folder_id, last=False)

    def forget_work(self) -> None:
        """The user wants no synchronisation now. What he did himself and what he looks at stays wanted."""
        self.everything = self.missing_bodies = False
        self.to_visit = None
        self.folders.clear()

    def notice_time(self, unix_s: float) -> float:
        """Note what has become due; return seconds until a postponed journal entry is."""
        until_s = self.journal_at_unix_s - unix_s
        if until_s <= 0:
            self.journal, self.journal_at_unix_s = True, math.inf
        return until_s

    def __bool__(self) -> bool:
        return bool(self.bodies or self.journal or self.folders or self.everything or self.missing_bodies)
