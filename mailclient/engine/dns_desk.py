"""Questions to the DNS for messages, and their answers as long as the program runs: the engine's face of own verification.

Asks nothing by itself: a conversation is begun when the user said so, and each is recorded like every other connection. The
answers belong to the header that they were asked for; the body raises no questions.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mailclient.domain.dns import NOT_ASKED, Answer, AnswerStatus, DnsConversation, Question
from mailclient.domain.ids import ConnectionId
from mailclient.engine.services import EngineServices

MAX_MESSAGES: Final = 200
"""Of so many messages the answers are kept."""
MAX_KEY_BYTES: Final = 1 << 20
"""So much of a header tells one message from another."""
_HEADER_END: Final = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """What was answered for one message; called with a question it gives the answer and asks nobody."""

    answers: Mapping[Question, Answer] = field(default_factory=dict)
    connection_id: ConnectionId | None = None
    """Names the dialogue in which it was asked."""
    unix_s: float = 0.0
    """When."""

    def __call__(self, question: Question) -> Answer:
        """Return the answer that is known."""
        return self.answers.get(question, NOT_ASKED)

    def __bool__(self) -> bool:
        """True when anything was answered."""
        return bool(self.answers)


NOTHING_KEPT: Final = KeptAnswers()


class Asking:
    """One message's questions under way. Called from the thread that examines the message."""

    def __init__(
        self,
        conversation: DnsConversation,
        keep: Callable[[dict[Question, Answer], ConnectionId], object],
        on_answer: Callable[[int], object],
    ) -> None:
        self._conversation, self._keep, self._on_answer = conversation, keep, on_answer
        self._answers: dict[Question, Answer] = {}

    def __call__(self, question: Question) -> Answer:
        """Ask; blocks on the network."""
        if question not in self._answers:
            answer = self._conversation(question)
            if answer.status is AnswerStatus.NOT_ASKED:
                return answer
            self._answers[question] = answer
            self._on_answer(len(self._answers))
        return self._answers[question]

    def cancel(self) -> None:
        """Ask nothing more; from any thread."""
        self._conversation.cancel()

    def close(self) -> None:
        """All is asked: keep what was answered."""
        self._conversation.close()
        self._keep(self._answers, self._conversation.connection_id)


class DnsDesk:
    """Its methods return at once and may be called from any thread; what they return may block."""

    def __init__(self, services: EngineServices) -> None:
        self._services = services
        self._kept: OrderedDict[bytes, KeptAnswers] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, raw: bytes) -> KeptAnswers:
        """Return what was answered for this message in this run."""
        if not self._kept:
            return NOTHING_KEPT
        with self._lock:
            return self._kept.get(_key(raw), NOTHING_KEPT)

    def ask(self, raw: bytes, on_answer: Callable[[int], object]) -> Asking:
        """Return what asks for this message; ``on_answer`` is told how many answers there are, on the asking thread."""
        conversation = self._services.network.dns(self._services.recorder(None))
        return Asking(conversation, lambda answers, name: self._keep(raw, answers, name), on_answer)

    def _keep(self, raw: bytes, answers: Mapping[Question, Answer], connection_id: ConnectionId) -> None:
        if not answers:
            return
        key = _key(raw)
        with self._lock:
            self._kept[key] = KeptAnswers(answers, connection_id, self._services.clock.unix_s())
            self._kept.move_to_end(key)
            while len(self._kept) > MAX_MESSAGES:
                self._kept.popitem(last=False)


def _key(raw: bytes) -> bytes:
    end = _HEADER_END.search(raw, 0, MAX_KEY_BYTES)
    return hashlib.sha256(raw[: end.start() if end else MAX_KEY_BYTES]).digest()
