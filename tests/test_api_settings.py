"""Settings come from the environment, options go first, and a wrong value is named."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import PREFIX, Settings, read_settings
from kg.errors import InvalidValue

DOCS = Path(__file__).resolve().parents[1] / "docs" / "settings.md"


def test_an_option_goes_before_the_environment_and_that_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """``None`` stands for an option that was not given."""
    monkeypatch.setenv("KG_PORT", "9001")
    monkeypatch.setenv("KG_STORE", "from-environment")
    settings = read_settings(store="from-option", port=None)
    assert (settings.store, settings.port, settings.host) == ("from-option", 9001, "127.0.0.1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KG_PORT", "http"),
        ("KG_PORT", "70000"),
        ("KG_STORE", ""),
        ("KG_DEADLINE", "0"),
        ("KG_BASE_URL", "ftp://x"),
        ("KG_PROXIES", "proxy"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The message begins with the variable's name."""
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidValue) as raised:
        read_settings()
    assert str(raised.value).startswith(name + ": ")
    assert "\n" not in str(raised.value)


def test_settings_are_frozen() -> None:
    """Nobody changes them after they were made."""
    with pytest.raises(ValidationError):
        read_settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    """docs/settings.md has a row with variable, default and the same description as the code."""
    field = Settings.model_fields[name]
    default = f"`{field.default}`" if field.default != "" else "(empty)"
    assert f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |" in DOCS.read_text("utf-8")


def test_a_command_waits_a_moment_for_the_writer_before_it(tmp_path: Path) -> None:
    """A reader that tidies up after a killed writer, or one that is about to end, is no reason to refuse."""
    settings = read_settings(store=str(tmp_path / "s"))
    first = settings.open()
    timer = threading.Timer(0.3, first.close)
    timer.start()
    with settings.open() as second:
        timer.join()
        assert not second.read_only
