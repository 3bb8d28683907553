"""Reads settings from the environment. A missing one names itself and says how to fix it."""

import json
import os
from pathlib import Path
from typing import Any


class MissingSetting(Exception):
    """A required environment variable is not set."""


class WrongSetting(Exception):
    """What is set must not be, here."""


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name) or default  # Compose hands over what is not set as empty
    if value is None:
        msg = f"{name} is not set. docs/operations.md says what it is; put it in .env or the environment."
        raise MissingSetting(msg)
    return value


def flag(name: str, *, default: bool = False) -> bool:
    return text(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        msg = f"{name} must be a whole number, not {value!r}."
        raise MissingSetting(msg) from None


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, default: str | None = None) -> str:
    """A value from NAME, or from the file that NAME_FILE points to (Docker and systemd secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return text(name, default)


def table(name: str) -> dict[str, Any]:
    """Named values from a JSON object, which may stand in a file as a secret does; empty if it is not set."""
    try:
        return dict(json.loads(secret(name, "{}")))
    except ValueError:
        msg = f'{name} must be a JSON object such as {{"API_KEY": "…"}}.'
        raise MissingSetting(msg) from None
