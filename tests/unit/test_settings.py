"""The user's choices come back, and a bad value costs itself alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailclient.settings import Settings, load_settings, save_settings


def test_choices_come_back_and_the_file_is_nobody_elses(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    save_settings(file, Settings(theme="dark", verify_with_dns="always"))
    found = load_settings(file)
    assert (found.theme, found.verify_with_dns, found.problems) == ("dark", "always", [])
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("value", ["yes", True, None, ["always"]])
def test_what_does_not_say_clearly_that_the_dns_may_be_asked_is_no_leave(tmp_path: Path, value: object) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"verify_with_dns": value, "theme": "dark"}), encoding="utf-8")
    found = load_settings(file)
    assert (found.verify_with_dns, found.theme) == ("ask", "dark")
    assert found.problems == ["The setting verify_with_dns has a value that cannot be used; its default is used."]
