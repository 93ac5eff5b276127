"""The program's own line icons, drawn in the colour of the text around them, sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mailclient.paths import resource_path
from mailclient.ui import theme


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    source = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(source.encode()))


def paint(painter: QPainter, name: str, place: QRectF, colour: str) -> None:
    """Draw an icon into a rectangle."""
    _renderer(name, colour).render(painter, place)


class _TintedEngine(QIconEngine):
    """Asks for its colour whenever it is drawn, so that a change of theme needs nothing."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        """Draw in the colour of the token; disabled icons are muted."""
        tokens = theme.current()
        colour = tokens.muted if mode is QIcon.Mode.Disabled else str(getattr(tokens, self._token))
        painter.setOpacity(0.5 if mode is QIcon.Mode.Disabled else 1.0)
        side = min(rect.width(), rect.height())
        top_left = QPointF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2)
        paint(painter, self._name, QRectF(top_left.x(), top_left.y(), side, side), colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Draw into a pixmap."""
        result = QPixmap(size)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return result

    def clone(self) -> QIconEngine:
        """Return a copy."""
        return _TintedEngine(self._name, self._token)


def icon(name: str, token: str = "text") -> QIcon:
    """Return an icon in the colour of a theme token."""
    return QIcon(_TintedEngine(name, token))


def application_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(resource_path("icons", "postscope.svg")))
