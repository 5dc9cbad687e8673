"""Suppressions: `costlint:ignore` comments that hold back findings, and what is wrong with such comments."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from costlint.model import Diagnostic, Rule, Span, Stack, Suppression
from costlint.policy.places import Place
from costlint.policy.ruleset import RuleSet, any_selects
from costlint.policy.settings import CheckSettings


class Suppressions:
    """The comments of one stack by file; remembers which were used."""

    def __init__(self, stack: Stack, as_of: datetime.date) -> None:
        self.used: set[Suppression] = set()
        self._calls = stack.calls
        self._by_file: dict[str, list[Suppression]] = {}
        for suppression in stack.suppressions:
            if not expired(suppression, as_of):
                self._by_file.setdefault(suppression.file, []).append(suppression)

    def of(self, rule: Rule, place: Place, module: str = "") -> Suppression | None:
        """The suppression that names the rule (or none: all) and stands on the edited text, on the way to it, on the
        resource, or on a call of a module the resource is in. None if there is none."""
        if not self._by_file:
            return None
        edited, *others = place.spans()
        for span in (edited, *others, *self._calls_of(module)):
            for suppression in self._by_file.get(span.file, ()):
                # Inside the text to edit any line will do. On the way there a map of many lines is one step: a comment
                # on another of its members is not about this one.
                here = suppression.covers(span.line) or (span is edited and _holds(span, suppression.line))
                if here and (not suppression.rules or any_selects(suppression.rules, rule)):
                    self.used.add(suppression)
                    return suppression
        return None

    def _calls_of(self, module: str) -> list[Span]:
        """The headers of the module calls an address lies in, innermost first."""
        found = []
        while module:
            if module in self._calls:
                found.append(self._calls[module])
            module = module.rpartition(".module.")[0]
        return found


def expired(suppression: Suppression, as_of: datetime.date) -> bool:
    """True once its date is over. A date that cannot be read does not expire (it is reported)."""
    until = _date(suppression.until)
    return until is not None and until < as_of


def review(stack: Stack, rules: RuleSet, settings: CheckSettings) -> list[Diagnostic]:
    """What is wrong with the suppressions of a stack: no reason, a bad or past date; in an audit, an unknown rule."""
    found: list[Diagnostic] = []
    for suppression in stack.suppressions:
        if not suppression.reason:
            found.append(_warn(suppression, "the suppression gives no reason: write one after the rules"))
        named = suppression.rules if settings.profile != "default" else ()
        odd = [name for name in named if not rules.named(name)]
        found += [_warn(suppression, f'the suppression names "{name}", which is no rule') for name in odd]
        if suppression.until and _date(suppression.until) is None:
            odd_date = f'"{suppression.until}" is not a date such as 2026-12-31, so the suppression has no end'
            found.append(_warn(suppression, odd_date))
        elif expired(suppression, settings.today):
            found.append(_warn(suppression, f"the suppression ended on {suppression.until}"))
    return found


def unused(
    suppressions: Iterable[Suppression], used: Iterable[Suppression], rules: RuleSet, settings: CheckSettings
) -> list[Diagnostic]:
    """In an audit: suppressions that held nothing back in any stack, though the rules they name ran. A module's file
    belongs to several stacks: ask once, with what all of them used."""
    if settings.profile == "default":
        return []
    needed = {(suppression.file, suppression.comment_line) for suppression in used}
    found = []
    for suppression in dict.fromkeys(suppressions):
        if (suppression.file, suppression.comment_line) in needed or expired(suppression, settings.today):
            continue
        named = [rule for name in suppression.rules or ("all",) for rule in rules.named(name)]
        if named and all(settings.runs(rule) for rule in named):
            found.append(_warn(suppression, "the suppression holds nothing back: remove it"))
    return found


def _holds(span: Span, line: int) -> bool:
    return span.line <= line <= span.end_line


def _warn(suppression: Suppression, message: str) -> Diagnostic:
    return Diagnostic("warning", message, suppression.file, suppression.comment_line, 1)


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None
