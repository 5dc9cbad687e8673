"""Waivers: findings the configuration accepts by their fingerprint, and what is wrong with such entries."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from costlint.model import Acceptance, Diagnostic
from costlint.policy.ruleset import RuleSet
from costlint.policy.settings import CheckSettings

NO_REASON = "no reason given"
_SHOWN = 8
_MOST = 3


class Waiver(Protocol):
    """One entry (`costlint.config.Waiver`); `until` is the last day it holds."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def until(self) -> datetime.date | None: ...
    @property
    def rule(self) -> str: ...
    @property
    def owner(self) -> str: ...
    def ended(self, today: datetime.date) -> bool: ...


def in_force(waivers: Iterable[Waiver], today: datetime.date, file: str = "") -> Mapping[str, Acceptance]:
    """Which fingerprints the configuration `file` accepts on this day, and why."""
    return {
        each.fingerprint: Acceptance(each.reason or NO_REASON, file, str(each.until or ""))
        for each in waivers
        if not each.ended(today)
    }


def review_waivers(
    waivers: Sequence[Waiver],
    met: Collection[str],
    file: str,
    rules: RuleSet,
    settings: CheckSettings,
    *,
    whole: bool,
) -> list[Diagnostic]:
    """What is to be said about the waivers of a configuration file. `met` are the fingerprints of all findings there
    are, accepted or not; `whole`: everything the file is for was scanned, so an entry that met none is stale."""
    today = settings.today
    found: list[Diagnostic] = []
    held = in_force(waivers, today)
    over = [each for each in waivers if each.ended(today) and each.fingerprint in met and each.fingerprint not in held]
    if over:
        ends = [f"{each.fingerprint[:_SHOWN]} on {each.until}" + _whose(each) for each in over]
        found.append(_warn(file, f"{_counted(over)} ended, what they accept counts again: {_few(ends)}"))
    bare = [each.fingerprint[:_SHOWN] for each in waivers if not each.reason]
    if bare:
        found.append(_warn(file, f"{_counted(bare)} without a reason: say it for {_few(bare)}"))
    if settings.profile == "default":
        return found
    for each in waivers:
        if each.rule and not rules.named(each.rule):
            found.append(_warn(file, f'the waiver {each.fingerprint[:_SHOWN]} names "{each.rule}", which is no rule'))
        elif whole and each.fingerprint not in met and all(settings.runs(rule) for rule in rules.named(each.rule)):
            what = f" ({each.rule})" if each.rule else ""
            found.append(_warn(file, f"the waiver {each.fingerprint[:_SHOWN]}{what} holds nothing back: remove it"))
    return found


def _whose(waiver: Waiver) -> str:
    return f" ({waiver.owner})" if waiver.owner else ""


def _counted(entries: Sequence[object]) -> str:
    return f"{len(entries)} waiver{'s' if len(entries) > 1 else ''}"


def _few(texts: Sequence[str]) -> str:
    rest = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return ", ".join(texts[:_MOST]) + rest


def _warn(file: str, message: str) -> Diagnostic:
    return Diagnostic("warning", message, file)
