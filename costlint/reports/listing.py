"""Rules and practices as lists."""

from __future__ import annotations

from collections.abc import Iterable

from costlint.model import Rule
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, line, plain


def rule_lines(rules: Iterable[Rule], *, width: int = 100, paint: Paint = plain) -> list[str]:
    """One line for each rule: id, name, phase, severity, title."""
    listed = sorted(rules, key=lambda rule: rule.id)
    names = max((len(rule.name) for rule in listed), default=0)
    return [
        line(
            [
                (printable(rule.id).ljust(8), "strong"),
                (printable(rule.name).ljust(names + 2), "plain"),
                (rule.severity.ljust(10), rule.severity),
                (printable(rule.title), "dim"),
            ],
            width,
            paint,
        )
        for rule in listed
    ]
