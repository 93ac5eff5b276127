"""A message opened for examination: its tree, the choice of its body, and the data of its parts, each decoded once.

Examiners share it, so that base64 of megabytes is undone once. Lives as long as one examination. Decides nothing.
RFC 2045 section 6.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mailclient.mime.body import BodyChoice, choose_body
from mailclient.mime.charsets import DecodedText, decode_text
from mailclient.mime.tree import MAX_TEXT_BYTES, Message, Part, parse_message


@dataclass(slots=True)
class OpenedMessage:
    """A parsed message and what was read of it so far."""

    message: Message
    choice: BodyChoice
    _data: dict[int, bytes] = field(default_factory=dict)
    _texts: dict[int, DecodedText] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        """The message as it came."""
        return self.message.raw

    def data(self, part: Part) -> bytes:
        """Return the data of a part behind its transfer encoding."""
        found = self._data.get(id(part))
        if found is None or part.children:
            # What holds other parts is not kept: nested messages would be kept once for each level.
            found = self.message.decoded(part)
            if not part.children:
                self._data[id(part)] = found
        return found

    def text(self, part: Part) -> DecodedText:
        """Return the text of a part."""
        found = self._texts.get(id(part))
        if found is None:
            found = self._texts[id(part)] = decode_text(self.data(part)[:MAX_TEXT_BYTES], part.charset)
        return found


def open_message(raw: bytes) -> OpenedMessage:
    """Open any bytes."""
    message = parse_message(raw)
    return OpenedMessage(message, choose_body(message))
