"""Rules and practices as lists."""

from __future__ import annotations

from collections.abc import Iterable

from costlint.model import Rule
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, Piece, line, plain


def rule_lines(rules: Iterable[Rule], *, width: int = 100, paint: Paint = plain) -> list[str]:
    """One line for each rule: id, name, profile (mixed: some of its cases are told by default), severity, title."""
    listed = sorted(rules, key=lambda rule: rule.id)
    names = max((len(rule.name) for rule in listed), default=0)
    return [
        line(
            [
                (printable(rule.id).ljust(8), "strong"),
                (printable(rule.name).ljust(names + 2), "plain"),
                (rule.profile.ljust(9), "plain" if rule.profile != "audit" else "dim"),
                (rule.severity.ljust(10), rule.severity),
                (printable(rule.title), "dim"),
            ],
            width,
            paint,
        )
        for rule in listed
    ]


def practice_lines(
    rows: Iterable[tuple[str, str, str, tuple[str, ...], str]], *, width: int = 100, paint: Paint = plain
) -> list[str]:
    """Practices under their groups, each with the ids of its rules, or with what is said where it has none. A row is
    (group, key, practice, ids, what is said)."""
    lines: list[str] = []
    group = ""
    for row_group, key, practice, rules, otherwise in rows:
        if row_group != group:
            group = row_group
            lines += [*([""] if lines else []), paint(printable(group), "strong")]
        answer: Piece = (", ".join(rules), "plain") if rules else (printable(otherwise), "dim")
        what: Piece = ("  " + printable(key).ljust(26), "place")
        stated = printable(practice.replace("**", ""))
        lines.append(line([what, (stated, "plain"), ("  ", "plain"), answer], width, paint))
    return lines
