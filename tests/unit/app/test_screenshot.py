"""``--demo --screenshot`` renders a window with mail on a machine without a display."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage


def test_the_demo_is_rendered_into_a_file(tmp_path: Path) -> None:
    picture = tmp_path / "demo.png"
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    command = [sys.executable, "-m", "mailclient", "--demo", "--screenshot", str(picture), "--size", "1200x800"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)
    assert result.returncode == 0, result.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1200, 800)
    colours = {image.pixel(x, y) for x in range(0, 1200, 4) for y in range(0, 800, 4)}
    assert len(colours) > 40, "the picture is nearly empty"
