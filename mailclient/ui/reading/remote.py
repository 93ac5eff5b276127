"""Remote images that were allowed: fetched by the engine, kept for the message that is shown, forgotten with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from mailclient.mime.safe_html import RemoteReference, SafeHtml

Fetch = Callable[[str, Callable[[bytes | None, str, str], None]], None]
MAX_IMAGES = 200


class RemoteImages(QObject):
    """The images of one message."""

    ready = Signal()
    """All of them are here, or cannot be had."""
    _fetched = Signal(int, str, object, str)

    def __init__(self, fetch: Fetch) -> None:
        super().__init__()
        self.allowed = False
        self._fetch = fetch
        self._generation = 0
        self._images: dict[str, tuple[bytes, str]] = {}
        self._waiting: set[str] = set()
        self._fetched.connect(self._take)

    def reset(self) -> None:
        """Another message: forget everything, the permission too."""
        self._generation += 1
        self.allowed = False
        self._images.clear()
        self._waiting.clear()

    def fetch(self, references: Sequence[RemoteReference]) -> None:
        """Fetch what is not here yet."""
        generation = self._generation
        wanted = [r.url for r in references if r.url not in self._images and r.url not in self._waiting][:MAX_IMAGES]
        self._waiting.update(wanted)
        for url in wanted:
            self._fetch(url, self._receiver(generation, url))

    def _receiver(self, generation: int, url: str) -> Callable[[bytes | None, str, str], None]:
        return lambda data, content_type, _sentence: self._fetched.emit(generation, url, data, content_type)

    def _take(self, generation: int, url: str, data: object, content_type: str) -> None:
        if generation != self._generation:
            return
        self._waiting.discard(url)
        if isinstance(data, bytes):
            self._images[url] = (data, content_type)
        if not self._waiting:
            self.ready.emit()

    def image(self, url: str) -> tuple[bytes, str] | None:
        """Return an image."""
        return self._images.get(url)


def blocked_words(html: SafeHtml) -> str:
    """Return what is kept out of a message, in a sentence."""
    count, hosts = len(html.remote), len(html.hosts)
    images = "One remote image is" if count == 1 else f"{count} remote images are"
    where = html.hosts[0] if hosts == 1 else f"{hosts} servers"
    if count == html.tracking_pixels == 1:
        return f"{images} blocked ({where}); it is only there to tell that you read."
    spies = f", {html.tracking_pixels} of them only to see that you read" if html.tracking_pixels else ""
    return f"{images} blocked ({where}{spies})."
