"""What a command line gives back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """What a command line gave back. `told` are the diagnostics of a JSON report as a person reads them."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.out)
        return read

    @property
    def told(self) -> list[str]:
        return [_sentence(diagnostic) for diagnostic in self.report["diagnostics"]]

    @property
    def found(self) -> list[str]:
        """Rule and place of each finding, in the order of the report."""
        return [f"{each['rule']} {each['file']}:{each['line']}" for each in self.report["findings"]]


Run = Callable[..., Outcome]


def _sentence(diagnostic: dict[str, Any]) -> str:
    place = diagnostic["file"]
    if diagnostic["line"]:
        place += f":{diagnostic['line']}:{diagnostic['column']}"
    return f"{diagnostic['severity']} {place}: {diagnostic['message']}"
