"""The lock file `.costlint.modules.lock`: for each remote module which version was fetched, and its checksum."""

from __future__ import annotations

import json
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import asdict

LOCK_NAME = ".costlint.modules.lock"
_FORMAT = 1
_OPTIONAL = frozenset(("version", "directory"))


class LockError(Exception):
    """The lock file cannot be used; the message is a sentence, with the line and column if it is about one."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"{LOCK_NAME}:{line}:{column}: {message}" if line else f"{LOCK_NAME}: {message}")


class Pin(Struct, frozen=True):
    """`source` is the package and `version` the constraint, as the configuration asks for them ("" for none);
    `resolved` the commit or version they led to; `directory` the part of the package that holds the modules."""

    source: str
    resolved: str
    checksum: str
    version: str = ""
    directory: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.version


def parse_lock(text: str) -> dict[tuple[str, str], Pin]:
    """The pins by source and version constraint. Raises LockError."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise LockError(f"not valid JSON ({error.msg.lower()})", error.lineno, error.colno) from None
    except RecursionError:
        raise LockError("nested too deeply") from None
    if not isinstance(value, dict) or not isinstance(value.get("modules"), list):
        raise LockError('there is no list "modules"')
    if value.get("format") != _FORMAT:
        raise LockError(f"format {value.get('format')} is not one this version of costlint reads ({_FORMAT})")
    pins = [_pin(entry, number) for number, entry in enumerate(value["modules"], 1)]
    return {pin.key: pin for pin in pins}


def render_lock(pins: Iterable[Pin]) -> str:
    """The text of a lock file, the same for the same pins."""
    entries = [
        {name: value for name, value in asdict(pin).items() if value or name not in _OPTIONAL}
        for pin in sorted(pins, key=lambda pin: pin.key)
    ]
    ordered = [{name: entry[name] for name in _ORDER if name in entry} for entry in entries]
    return json.dumps({"format": _FORMAT, "modules": ordered}, indent=2, ensure_ascii=False) + "\n"


def _pin(entry: object, number: int) -> Pin:
    if not isinstance(entry, dict):
        raise LockError(f"entry {number} of modules is not a map")
    for name in _ORDER:
        if not isinstance(entry.get(name, "" if name in _OPTIONAL else None), str):
            raise LockError(f'entry {number} of modules has no text "{name}"')
    return Pin(**{name: entry.get(name, "") for name in _ORDER})


_ORDER = ("source", "version", "resolved", "directory", "checksum")
