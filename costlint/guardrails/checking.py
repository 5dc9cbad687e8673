"""Every guard rail against what the bill was and is, and which findings are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from costlint.config import Config, GuardRail
from costlint.guardrails.owners import Owners, has_tag
from costlint.model import Confidence, RailResult
from costlint.model.rails import RailKind
from costlint.reports.amounts import counted, dollars
from costlint.reports.escaping import printable

_SURENESS: Sequence[Confidence] = ("low", "medium", "high")
_MOST_OWNERS = 5
_MOST_NAMED = 3
_LEAST = 0.005


class Line(NamedTuple):
    """Part of the bill, in USD a month: what a resource (or all of a stack) was and is. `place` is where it is deployed
    from, `tags` None where they are not known. Of one that is not `comparable` only one side is priced: it comes to
    something, and does not grow."""

    place: str
    environment: str
    kind: str | None
    tags: Mapping[str, str] | None
    before: float
    after: float
    comparable: bool = True


class Known(NamedTuple):
    """A finding nobody has accepted. `worth` is USD a month."""

    rule: str
    place: str
    line: int
    stack: str
    environment: str
    kind: str | None
    confidence: Confidence
    worth: float


def check(
    config: Config, lines: Sequence[Line], findings: Sequence[Known] | None, *, compared: bool
) -> tuple[RailResult, ...]:
    """The guard rails of a configuration. `findings` are the new ones, None if that is not known. What a change brings
    is left out where nothing was `compared`."""
    owners = Owners(config)
    found = []
    for rail in config.guard_rails:
        if rail.new_finding is not None:
            found.append(_findings(rail, config, findings, owners))
        elif compared or rail.budget is not None:
            found.append(_amount(rail, config, lines, owners))
    return tuple(found)


def _amount(rail: GuardRail, config: Config, lines: Sequence[Line], owners: Owners) -> RailResult:
    within = [line for line in lines if _is_within(rail, config, line.place, line.environment, line.kind)]
    scope = _scope(rail)
    if rail.tag and any(line.tags is None for line in within):
        return _unchecked(rail, "saved reports of scan hold no tags: compare directories or reports of estimate")
    if rail.tag:
        within = [line for line in within if has_tag(rail.tag, line.tags or {})]
    if rail.budget is None:
        within = [line for line in within if line.comparable]
    before, after = sum(line.before for line in within), sum(line.after for line in within)
    what = scope or "the bill"
    if rail.budget is not None:
        over = after - rail.budget
        sentence = f"{what} comes to {dollars(after)}/mo, {dollars(over)} above the budget of {dollars(rail.budget)}"
        return _result(rail, rail.budget, after, over > _LEAST, sentence, _whose(within, owners, grown=False))
    grown = after - before
    whose = _whose(within, owners, grown=True)
    if rail.increase is not None:
        over = grown - rail.increase
        sentence = f"{what} grows by {dollars(grown)}/mo, and no growth is allowed"
        if rail.increase:
            allowed = f"the {dollars(rail.increase)} that is allowed"
            sentence = f"{what} grows by {dollars(grown)}/mo, {dollars(over)} more than {allowed}"
        return _result(rail, rail.increase, grown, over > _LEAST, sentence, whose)
    assert rail.increase_percent is not None
    if before <= _LEAST:
        return _unchecked(rail, f"{what} cost nothing before, so that growth has no percentage")
    percent = 100 * grown / before
    sentence = (
        f"{what} grows by {percent:.1f}% ({dollars(before)} → {dollars(after)}/mo), "
        f"more than the {rail.increase_percent:g}% that is allowed"
    )
    crossed = percent > rail.increase_percent and grown > _LEAST
    return _result(rail, rail.increase_percent, percent, crossed, sentence, whose)


def _findings(rail: GuardRail, config: Config, findings: Sequence[Known] | None, owners: Owners) -> RailResult:
    limit = rail.new_finding
    assert limit is not None
    if findings is None:
        return _unchecked(rail, "reports of estimate hold no findings: compare directories or reports of scan")
    least = _SURENESS.index(limit.confidence)
    found = [
        one
        for one in findings
        if _is_within(rail, config, one.stack, one.environment, one.kind)
        and one.worth >= limit.saving
        and _SURENESS.index(one.confidence) >= least
    ]
    found.sort(key=lambda one: -one.worth)
    sentence = ""
    if found:
        about = f"of {limit.confidence} confidence" if limit.confidence != "low" else ""
        worth = f"worth {dollars(limit.saving)}/mo or more" if limit.saving else ""
        kind = " ".join(part for part in (about, worth) if part)
        where = f" in {_scope(rail)}" if rail.path or rail.environment else ""
        named = [f"{one.rule} at {printable(one.place)}:{one.line}, {dollars(one.worth)}/mo" for one in found]
        rest = [f"and {len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
        listed = "; ".join([*named[:_MOST_NAMED], *rest])
        sentence = f"{counted(len(found), 'new finding')} {kind}".rstrip() + f"{where}: {listed}"
    whose = tuple(dict.fromkeys(who for one in found for who in owners.of((one.place, one.stack))))
    worth_most = found[0].worth if found else 0.0
    return _result(rail, limit.saving, worth_most, bool(found), sentence, whose[:_MOST_OWNERS])


def _is_within(rail: GuardRail, config: Config, place: str, environment: str, kind: str | None) -> bool:
    if rail.path and not config.is_at(rail.path, place):
        return False
    return not rail.environment or rail.environment in (environment, kind)


def _scope(rail: GuardRail) -> str:
    """What a guard rail is about, in words; "" for everything."""
    parts = [part for part in (rail.path, rail.environment, rail.tag) if part]
    return printable(" · ".join(parts))


def _whose(lines: Sequence[Line], owners: Owners, *, grown: bool) -> tuple[str, ...]:
    """The owners of what is dearest, or has grown most."""
    worth: dict[str, float] = {}
    for line in lines:
        for who in owners.of((line.place,), line.tags):
            worth[who] = worth.get(who, 0.0) + line.after - (line.before if grown else 0.0)
    ranked = sorted((who for who in worth if worth[who] > _LEAST), key=lambda who: -worth[who])
    return tuple(ranked[:_MOST_OWNERS])


def _result(
    rail: GuardRail, limit: float, measured: float, crossed: bool, sentence: str, owners: tuple[str, ...]
) -> RailResult:
    name = f"{printable(rail.name)}: " if rail.name else ""
    return RailResult(
        kind=_kind(rail),
        action=rail.action,
        limit=limit,
        measured=measured,
        crossed=crossed,
        message=name + sentence if crossed else "",
        name=rail.name,
        scope=_scope(rail),
        owners=owners if crossed else (),
    )


def _unchecked(rail: GuardRail, why: str) -> RailResult:
    name = rail.name or _kind(rail)
    return RailResult(
        kind=_kind(rail),
        action=rail.action,
        limit=0.0,
        measured=0.0,
        crossed=False,
        message="",
        name=rail.name,
        scope=_scope(rail),
        unchecked=f"{printable(name)}: {why}",
    )


def _kind(rail: GuardRail) -> RailKind:
    return next(kind for kind in _KINDS if getattr(rail, kind) is not None)


_KINDS: tuple[RailKind, ...] = ("increase", "increase_percent", "budget", "new_finding")
