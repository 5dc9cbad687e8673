"""Guard rails: limits a configuration sets, and whether they were crossed."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

RailAction = Literal["fail", "warn"]
RailKind = Literal["increase", "increase_percent", "budget", "new_finding"]


class RailResult(Struct, frozen=True):
    """A guard rail of the configuration that was checked. `limit` and `measured` are USD a month, percent for
    `increase_percent`; `crossed` says whether it was, `message` is the sentence for people. `unchecked` says why it
    could not be checked, "" if it was. `owners` are to be mentioned."""

    kind: RailKind
    action: RailAction
    limit: float
    measured: float
    crossed: bool
    message: str
    name: str = ""
    scope: str = ""
    unchecked: str = ""
    owners: tuple[str, ...] = ()
