"""Colours, light and dark, as one table of tokens; from it Qt's palette and one style sheet. Sizes come from the font.

The program sets its own palette, because on a bare desktop Qt's colour scheme setting has no effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from mailclient.paths import resource_path

_CHOOSE: Final = resource_path("style", "choose.svg").as_posix()
_CHECK: Final = resource_path("style", "check.svg").as_posix()
_CHECK_DARK: Final = resource_path("style", "check-dark.svg").as_posix()
"""Grey, to be seen on light and on dark: a style sheet cannot tint."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What colours are for."""

    dark: bool
    surface: str
    """Lists and text."""
    raised: str
    """Tool bar, folder tree, status bar."""
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    hover: str
    danger: str
    warning: str
    warning_surface: str
    success: str
    star: str
    link: str
    quotes: tuple[str, ...]
    """By depth of quotation."""
    levels: tuple[str, ...]
    """By depth of nesting in a message's structure."""


LIGHT: Final = Tokens(
    dark=False,
    surface="#ffffff",
    raised="#f4f5f7",
    border="#dcdfe4",
    text="#1d2129",
    muted="#5c6470",
    accent="#2458a6",
    on_accent="#ffffff",
    selection="#dce8f9",
    hover="#f0f3f8",
    danger="#b3261e",
    warning="#7a5200",
    warning_surface="#fff4dc",
    success="#1d6b37",
    star="#a66b00",
    link="#1a56b0",
    quotes=("#2458a6", "#1d6b37", "#8a3b7a", "#7a5200"),
    levels=("#1a56b0", "#8a3b7a", "#1d6b37", "#9a4a00", "#00696b"),
)
DARK: Final = Tokens(
    dark=True,
    surface="#1b1d21",
    raised="#24272c",
    border="#373b42",
    text="#e6e8eb",
    muted="#a3aab5",
    accent="#8db4f2",
    on_accent="#10203a",
    selection="#2a3e5d",
    hover="#282c32",
    danger="#ff8a80",
    warning="#f2c46d",
    warning_surface="#3a3222",
    success="#82d49a",
    star="#f2b84b",
    link="#8db4f2",
    quotes=("#8db4f2", "#82d49a", "#dda0cf", "#f2c46d"),
    levels=("#8db4f2", "#dda0cf", "#82d49a", "#f0a870", "#6fd0d0"),
)


class _Theme(QObject):
    changed = Signal()


class _State:
    tokens = LIGHT
    signals: _Theme | None = None


def current() -> Tokens:
    """Return the tokens in use."""
    return _State.tokens


def signals() -> _Theme:
    """Return the object whose ``changed`` tells that the tokens are others now."""
    if _State.signals is None:
        _State.signals = _Theme()
    return _State.signals


def apply(choice: str) -> None:
    """Use ``light``, ``dark``, or whatever the ``system`` prefers."""
    dark = choice == "dark"
    if choice == "system":
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    _State.tokens = DARK if dark else LIGHT
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setStyle("Fusion")
        application.setPalette(_palette(_State.tokens))
        application.setStyleSheet(_style_sheet(_State.tokens))
    signals().changed.emit()


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for target, colour in (
        (role.Window, tokens.raised),
        (role.WindowText, tokens.text),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.raised),
        (role.Text, tokens.text),
        (role.Button, tokens.raised),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.danger),
        (role.ToolTipBase, tokens.surface),
        (role.ToolTipText, tokens.text),
        (role.Highlight, tokens.selection),
        (role.HighlightedText, tokens.text),
        (role.Link, tokens.link),
        (role.LinkVisited, tokens.link),
        (role.PlaceholderText, tokens.muted),
        (role.Mid, tokens.border),
        (role.Accent, tokens.accent),
    ):
        palette.setColor(target, QColor(colour))
    for target in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(tokens.muted))
    return palette


def _style_sheet(t: Tokens) -> str:
    return f"""
    QMainWindow, QDialog {{ background: {t.raised}; }}
    QToolBar {{ background: {t.raised}; border: none; border-bottom: 1px solid {t.border}; spacing: 2px; padding: 4px; }}
    QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 5px 8px; color: {t.text}; }}
    QToolButton:hover {{ background: {t.hover}; border-color: {t.border}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {t.selection}; }}
    QToolButton:focus {{ border-color: {t.accent}; }}
    QToolButton#scope {{ border-color: {t.border}; padding: 2px 8px; }}
    QToolButton:disabled {{ color: {t.muted}; }}
    QPushButton {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 6px; padding: 5px 14px; }}
    QPushButton:hover {{ background: {t.hover}; }}
    QPushButton:focus {{ border-color: {t.accent}; }}
    QPushButton:default {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; }}
    QPushButton:disabled {{ background: {t.raised}; color: {t.muted}; border-color: {t.border}; }}
    QLineEdit, QComboBox, QSpinBox {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 6px;
        padding: 4px 8px; selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QLineEdit:focus, QComboBox:focus, QSpinBox:focus {{ border-color: {t.accent}; }}
    QSpinBox QLineEdit {{ border: none; padding: 0 7px; background: transparent; }}
    QSpinBox::up-button, QSpinBox::down-button {{ width: 0; border: none; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow {{ image: url("{_CHOOSE}"); width: 12px; height: 12px; }}
    QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{ background: {t.raised}; color: {t.muted}; }}
    QSpinBox {{ padding: 2px 8px; }}
    QCheckBox::indicator, QListView::indicator {{ width: 14px; height: 14px; border: 1px solid {t.muted};
        border-radius: 3px; background: {t.surface}; }}
    QCheckBox::indicator:checked, QListView::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
        image: url("{_CHECK if t is LIGHT else _CHECK_DARK}"); }}
    QCheckBox::indicator:focus {{ border-color: {t.accent}; }}
    QCheckBox::indicator:disabled, QListView::indicator:disabled {{ border-color: {t.border}; }}
    QCheckBox:focus {{ color: {t.accent}; }}
    QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {t.muted}; border-radius: 8px;
        background: {t.surface}; }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {t.accent}; }}
    QRadioButton::indicator:focus {{ border-color: {t.accent}; }}
    QPlainTextEdit, QTextBrowser {{ background: {t.surface}; selection-background-color: {t.accent};
        selection-color: {t.on_accent}; }}
    QPlainTextEdit#detail {{ background: {t.raised}; }}
    QTreeView, QListView, QTableView {{ border: none; outline: none; background: {t.surface}; }}
    QDialog QAbstractItemView {{ border: 1px solid {t.border}; border-radius: 6px; }}
    QDialog QHeaderView {{ border: none; border-radius: 0; background: transparent; }}
    QTreeView#activity::item {{ padding: 3px 5px; border: none; }}
    QTreeView#activity::item:hover {{ background: {t.hover}; }}
    QTreeView#activity::item:selected {{ background: {t.selection}; color: {t.text}; }}
    QTreeView#folders {{ background: {t.raised}; }}
    QHeaderView::section {{ background: {t.raised}; border: none; border-bottom: 1px solid {t.border}; padding: 4px 8px; }}
    QSplitter::handle {{ background: {t.border}; }}
    QSplitter::handle:horizontal {{ width: 1px; }}
    QSplitter::handle:vertical {{ height: 1px; }}
    QStatusBar {{ background: {t.raised}; border-top: 1px solid {t.border}; color: {t.muted}; }}
    QStatusBar::item {{ border: none; }}
    QStatusBar QToolButton:checked {{ background: transparent; }}
    QMenuBar {{ background: {t.raised}; }}
    QMenuBar::item:selected, QMenu::item:selected {{ background: {t.selection}; color: {t.text}; }}
    QMenu {{ background: {t.surface}; border: 1px solid {t.border}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
    QMenu::separator {{ height: 1px; background: {t.border}; margin: 4px 8px; }}
    QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border}; padding: 4px; }}
    QTabBar::tab {{ padding: 6px 14px; border: none; border-bottom: 2px solid transparent; color: {t.muted}; }}
    QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {t.border}; }}
    QGroupBox {{ border: 1px solid {t.border}; border-radius: 8px; margin-top: 1.2em; padding: 8px; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 10px; padding: 0 4px; }}
    QProgressBar {{ border: none; background: {t.border}; border-radius: 2px; max-height: 4px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle {{ background: {t.border}; border-radius: 4px; min-height: 32px; min-width: 32px; margin: 2px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QFrame#bar, QLabel#notice {{ background: {t.warning_surface}; color: {t.text}; border-bottom: 1px solid {t.border}; }}
    QFrame#toast {{ background: {t.raised}; border-top: 1px solid {t.border}; }}
    QFrame#messageHeader {{ background: {t.surface}; border-bottom: 1px solid {t.border}; }}
    QLabel#muted, QLabel[muted="true"] {{ color: {t.muted}; }}
    QLabel#warning {{ color: {t.warning}; }}
    QLabel#problem {{ color: {t.danger}; }}
    QLabel#protocolLine {{ font-family: monospace; background: {t.hover}; padding: 4px; }}
    """


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1.4.3): 4.5 is needed for text."""

    def luminance(colour: str) -> float:
        found = QColor(colour)
        parts = [found.redF(), found.greenF(), found.blueF()]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
