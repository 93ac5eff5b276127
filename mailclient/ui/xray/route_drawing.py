"""The route drawn: stations from the author's program down to the mailbox, with delays and the trust boundary.

One function draws for the screen and for files. What is drawn stands as words in the table beside it. RFC 5598.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from mailclient.ui import theme
from mailclient.ui.xray.rows import TRUST_WORDS, delay_words
from mailclient.xray.journey import Station
from mailclient.xray.route_facts import Route, Trust

MAX_DRAWN = 40
_ROLE_SHORT = {
    "mail program": "MUA",
    "submission server": "MSA",
    "mail server": "MTA",
    "delivery to the mailbox": "MDA",
}


def station_words(station: Station, route: Route) -> tuple[str, str]:
    """Return the two lines that are written beside a station."""
    role = f"{_ROLE_SHORT[station.role.value]} · {station.role.value}"
    if station.hop is None:
        return station.host, role
    parts = [role, station.protocol, "encrypted" if station.encrypted else "", "signed in" if station.signed_in else ""]
    delay = delay_words(route.hops[station.hop])
    parts.append(f"{delay}, the slowest" if station.hop == route.slowest else delay)
    return station.host, " · ".join(part for part in (*parts, TRUST_WORDS[station.trust]) if part)


def drawing_size(stations: Sequence[Station], font: QFont) -> QSize:
    """Return the size of the drawing without any clipping."""
    height = QFontMetricsF(font).height()
    return QSize(int(height * 42), int(height * 3.2 * max(min(len(stations), MAX_DRAWN), 1) + height))


def draw(
    painter: QPainter, route: Route, stations: Sequence[Station], font: QFont, tokens: theme.Tokens, width: float
) -> None:
    """Draw the stations one below the other."""
    metrics = QFontMetricsF(font)
    unit = metrics.height()
    step, left, radius = unit * 3.2, unit * 1.6, unit * 0.42
    colours = {Trust.OWN: tokens.success, Trust.VOUCHED: tokens.accent, Trust.CLAIMED: tokens.muted}
    bold = QFont(font)
    bold.setBold(True)
    before: Station | None = None
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, station in enumerate(stations[:MAX_DRAWN]):
        middle = unit * 1.4 + place * step
        colour = QColor(colours[station.trust])
        if before is not None:
            slow = station.hop is not None and station.hop == route.slowest
            line = Qt.PenStyle.SolidLine if station.encrypted else Qt.PenStyle.DashLine
            painter.setPen(QPen(QColor(tokens.warning if slow else tokens.muted), unit * (0.2 if slow else 0.1), line))
            painter.drawLine(
                QRectF(left, middle - step + radius, 0, 0).topLeft(), QRectF(left, middle - radius, 0, 0).topLeft()
            )
            if station.trust is Trust.OWN and before.trust is not Trust.OWN:
                _draw_boundary(painter, middle - step * 0.42, left, width, font, tokens)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(left - radius, middle - radius, radius * 2, radius * 2))
        first, second = station_words(station, route)
        room = max(width - left * 2, unit)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        top = QRectF(left * 1.7, middle - unit * 1.05, room, unit * 1.1)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(top, flags, QFontMetricsF(bold).elidedText(first, Qt.TextElideMode.ElideMiddle, room))
        painter.setFont(font)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(
            top.translated(0, unit * 1.1), flags, metrics.elidedText(second, Qt.TextElideMode.ElideRight, room)
        )
        before = station


def _draw_boundary(
    painter: QPainter, height: float, left: float, width: float, font: QFont, tokens: theme.Tokens
) -> None:
    words = "from here on your own servers tell"
    small = QFont(font)
    small.setItalic(True)
    metrics = QFontMetricsF(small)
    painter.setFont(small)
    painter.setPen(QPen(QColor(tokens.success), 1, Qt.PenStyle.DotLine))
    end = width - metrics.horizontalAdvance(words) - left
    painter.drawLine(QRectF(left * 1.7, height, 0, 0).topLeft(), QRectF(max(end, left), height, 0, 0).topLeft())
    painter.setPen(QColor(tokens.success))
    place = QRectF(end + left * 0.3, height - metrics.height() / 2, width, metrics.height())
    painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft), words)


class RouteDrawing(QWidget):
    """The drawing on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.route: Route | None = None
        self.stations: tuple[Station, ...] = ()
        self.setAccessibleName("The route drawn; the table below says the same in words")
        theme.signals().changed.connect(self.update)

    def show_route(self, route: Route, stations: tuple[Station, ...]) -> None:
        """Draw a route."""
        self.route, self.stations = route, stations
        self.setMinimumHeight(drawing_size(stations, self.font()).height() if stations else 0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw in the colours of the theme."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().surface))
        if self.route is not None:
            draw(painter, self.route, self.stations, self.font(), theme.current(), self.width())
        painter.end()

    def picture(self, kind: str) -> bytes:
        """Return the drawing as a file, ``svg`` or ``png``, on white."""
        route, size = self.route, drawing_size(self.stations, self.font())
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image = QImage(size * 2, QImage.Format.Format_RGB32)
        generator = QSvgGenerator()
        if kind == "svg":
            generator.setOutputDevice(buffer)
            generator.setSize(size)
            generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
            generator.setTitle("The route of a message")
        else:
            image.setDevicePixelRatio(2)
        painter = QPainter(generator if kind == "svg" else image)
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(theme.LIGHT.surface))
        if route is not None:
            draw(painter, route, self.stations, self.font(), theme.LIGHT, size.width())
        painter.end()
        if kind != "svg":
            QImageWriter(buffer, QByteArray(b"PNG")).write(image)
        buffer.close()
        return bytes(data.data())
