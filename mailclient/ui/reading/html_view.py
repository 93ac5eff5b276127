"""HTML in QtWebEngine with every road out closed: own scheme, own policy header, no scripts, no network at all.

The last three of the four layers in docs/adr/0005; the first (sanitising) has happened before anything arrives here.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from mailclient.ui import theme

SCHEME: Final = b"mail"
PAGE: Final = "mail:page"
WATCH_MS: Final = 250
LONGEST_LOAD_MS: Final = 10_000
MAX_RENDERER_BYTES: Final = 600 * 1024 * 1024
_POLICY: Final = (
    b"default-src 'none'; img-src mail: data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
)
_FLAGS: Final = (
    '--host-resolver-rules="MAP * ~NOTFOUND" --proxy-server=http://127.0.0.1:9 --proxy-bypass-list=<-loopback> '
    "--disable-background-networking --disable-remote-fonts --renderer-process-limit=1 --js-flags=--jitless"
)

Content = Callable[[str], tuple[bytes, str] | None]
"""Given a path below the scheme ("cid/..." or "remote/..."), returns data and type."""


def prepare_web_engine() -> None:
    """To be called before the application object exists: the scheme, and a Chromium that reaches nothing."""
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Path)
    scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme)
    QWebEngineUrlScheme.registerScheme(scheme)
    flags = _FLAGS
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium refuses to start its sandbox as root; nobody should read mail as root, but tests do.
        flags += " --no-sandbox"
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = flags


class _Handler(QWebEngineUrlSchemeHandler):
    """Serves the page and its parts."""

    def __init__(self, content: Content, parent: QObject) -> None:
        super().__init__(parent)
        self.page = b""
        self._content = content

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request."""
        path = job.requestUrl().toString(QUrl.ComponentFormattingOption.FullyEncoded).removeprefix("mail:")
        found = (self.page, "text/html; charset=utf-8") if path == "page" else self._content(path)
        if found is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        data, content_type = found
        buffer = QBuffer(job)
        buffer.setData(QByteArray(data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        # Qt wants a list for each name; the stub says otherwise, and a bare value would be sent byte by byte.
        headers: Any = {QByteArray(b"Content-Security-Policy"): [QByteArray(_POLICY)]}
        job.setAdditionalResponseHeaders(headers)
        job.reply(QByteArray(content_type.encode("ascii", "replace")), buffer)


class _Interceptor(QWebEngineUrlRequestInterceptor):
    """Refuses every address that is not ours."""

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Look at one request."""
        if info.requestUrl().scheme() not in {"mail", "data"}:
            info.block(True)


class _Page(QWebEnginePage):
    """Never navigates; a clicked link is told instead."""

    link_clicked = Signal(str)

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        """Only our own page may be loaded."""
        target = QUrl(url)
        if kind == QWebEnginePage.NavigationType.NavigationTypeLinkClicked:
            if target.scheme() == "mail":
                return target.hasFragment()
            self.link_clicked.emit(target.toString())
            return False
        return is_main_frame and target.toString().startswith(PAGE)

    def javaScriptConsoleMessage(
        self, _level: QWebEnginePage.JavaScriptConsoleMessageLevel, _message: str, _line: int, _source: str
    ) -> None:
        """What the policy refused is no news: every message is full of it."""

    def createWindow(self, _kind: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        """A link that wants a new window is a link like others."""
        return self


class HtmlView(QWidget):
    """One view, used for one message after the other."""

    link_clicked = Signal(str)
    link_hovered = Signal(str)
    died = Signal()
    """The renderer's process ended by itself."""
    shown = Signal()

    def __init__(self, content: Content, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Without a name nothing is kept. It must outlive its page, so it belongs to the application.
        self._profile = QWebEngineProfile(QApplication.instance())
        self._handler = _Handler(content, self._profile)
        self._interceptor = _Interceptor(self._profile)
        self._profile.installUrlSchemeHandler(QByteArray(SCHEME), self._handler)
        self._profile.setUrlRequestInterceptor(self._interceptor)
        self._profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
        self._view = QWebEngineView(self)
        self._page = _Page(self._profile, self._view)
        self._view.setPage(self._page)
        self._close_roads(self._page.settings())
        self._page.link_clicked.connect(self.link_clicked)
        self._page.linkHovered.connect(self.link_hovered)
        self._page.renderProcessTerminated.connect(self._terminated)
        self._page.loadFinished.connect(self._loaded)
        self._view.setAccessibleName("Message text")
        self.setFocusProxy(self._view)
        self._watchdog = QTimer(self, interval=WATCH_MS)
        self._watchdog.timeout.connect(self._watch)
        self._waited_ms = 0
        self._loading = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)

    def _close_roads(self, settings: QWebEngineSettings) -> None:
        attribute = QWebEngineSettings.WebAttribute
        for closed in (
            attribute.JavascriptEnabled,
            attribute.JavascriptCanOpenWindows,
            attribute.JavascriptCanAccessClipboard,
            attribute.LocalStorageEnabled,
            attribute.LocalContentCanAccessRemoteUrls,
            attribute.LocalContentCanAccessFileUrls,
            attribute.PluginsEnabled,
            attribute.DnsPrefetchEnabled,
            attribute.AutoLoadIconsForPage,
            attribute.HyperlinkAuditingEnabled,
            attribute.WebGLEnabled,
            attribute.FullScreenSupportEnabled,
            attribute.ScreenCaptureEnabled,
            attribute.PdfViewerEnabled,
            attribute.NavigateOnDropEnabled,
        ):
            settings.setAttribute(closed, False)

    def show_html(self, body: str, *, on_paper: bool) -> None:
        """Show sanitised HTML; ``on_paper`` keeps a white background for messages that choose their own colours."""
        tokens = theme.LIGHT if on_paper else theme.current()
        style = (
            f"html{{background:{tokens.surface};color:{tokens.text};font-family:sans-serif;font-size:15px;line-height:1.45}}"
            f"body{{margin:16px 18px;overflow-wrap:anywhere}}a{{color:{tokens.link}}}img{{max-width:100%;height:auto}}"
            f"blockquote{{margin:0 0 0 4px;padding-left:10px;border-left:2px solid {tokens.border}}}"
            "pre{white-space:pre-wrap}"
        )
        scheme = "light" if on_paper or not tokens.dark else "dark"
        self._page.setBackgroundColor(tokens.surface)
        self._handler.page = (
            f'<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="{scheme}">'
            f"<style>{style}</style></head><body>{body}</body></html>"
        ).encode("utf-8", "replace")
        self._loading = True
        self._waited_ms = 0
        self._watchdog.start()
        self._view.load(QUrl(PAGE))

    def _loaded(self, ok: bool) -> None:
        self._loading = False
        if ok:
            self.shown.emit()

    def _watch(self) -> None:
        """End a renderer that takes too long for a page, or too much memory: mail must not swallow a computer."""
        self._waited_ms += WATCH_MS
        pid = self._page.renderProcessPid()
        too_slow = self._loading and self._waited_ms >= LONGEST_LOAD_MS
        if pid > 0 and (too_slow or resident_bytes(pid) > MAX_RENDERER_BYTES):
            self._watchdog.stop()
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        elif not self._loading and self._waited_ms >= LONGEST_LOAD_MS:
            self._watchdog.stop()  # A page without scripts does not grow once it is shown.

    def set_zoom(self, factor: float) -> None:
        """Show larger or smaller."""
        self._view.setZoomFactor(factor)

    def find_text(self, text: str) -> None:
        """Find and mark a text."""
        self._page.findText(text)

    def _terminated(self, _status: object, _code: int) -> None:
        self._watchdog.stop()
        self.died.emit()


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds, 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
