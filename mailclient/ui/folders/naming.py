"""Asking for a folder's name: what is wrong with it stands below the line while one types.

Given the names that are taken; makes nothing itself. The last word has the store, which knows more.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from mailclient.protocol.mailbox_names import name_problem, same_name


class FolderNameDialog(QDialog):
    """One line, one sentence, two buttons."""

    def __init__(
        self,
        title: str,
        where: str,
        button: str,
        name: str,
        taken: Sequence[str],
        delimiter: str | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._before = name
        self._taken = taken
        self._delimiter = delimiter
        label = QLabel(where, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        self.line = QLineEdit(name, self)
        self.line.setAccessibleName("Name of the folder")
        self.line.selectAll()
        label.setBuddy(self.line)
        self.problem = QLabel(self)
        self.problem.setObjectName("problem")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Room for two lines, so that the window does not jump while one types.
        self.problem.setMinimumHeight(self.fontMetrics().lineSpacing() * 2)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(button)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (label, self.line, self.problem, buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 30)
        self.line.textChanged.connect(self._judge)
        self._judge(name)

    @property
    def name(self) -> str:
        """What was typed."""
        return self.line.text()

    def _judge(self, name: str) -> None:
        problem = self._problem(name)
        # Nobody has done anything wrong who has not typed yet.
        self.problem.setText("" if name in {"", self._before} else problem)
        self.line.setAccessibleDescription(self.problem.text())
        self.ok.setEnabled(not problem and name != self._before)

    def _problem(self, name: str) -> str:
        problem = name_problem(name, self._delimiter)
        if not problem and any(same_name(name, other) for other in self._taken):
            return f"There is a folder “{name}” already. Choose another name."
        return problem
