"""A comparison on a terminal: what the bill moves by, what drives it, which findings are new."""

from __future__ import annotations

from collections.abc import Sequence

from costlint.model.currency import Currency, showing
from costlint.model.differences import Diff, DiffDiagnostic, FindingDelta, ResourceDelta, StackDelta
from costlint.reports.amounts import counted, dollars
from costlint.reports.diff_words import (
    arrow,
    cause,
    cause_place,
    least_before_and_after,
    signed,
    stack_beside,
    told_by_usage,
    verdict,
)
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, Piece, Role, line, plain, wrapped
from costlint.reports.rails import rail_lines
from costlint.reports.text import labelled

TOP_DRIVERS = 10
TOP_FINDINGS = 5
_MOST_LISTED = 3
_MOST_ERRORS = 5


def render(diff: Diff, *, width: int = 100, everything: bool = False, quiet: bool = False, paint: Paint = plain) -> str:
    """The comparison as text ending in a newline; with `quiet` "" if nothing differs and no limit is crossed."""
    with showing(Currency(diff.currency.code, diff.currency.rate, diff.currency.date)):
        return _render(diff, width, everything, quiet, paint)


def _render(diff: Diff, width: int, everything: bool, quiet: bool, paint: Paint) -> str:
    crossed = any(rail.crossed for rail in diff.rails)
    if quiet and not crossed and not diff.of_status("new") and not diff.resources and not diff.newly_unreadable:
        return ""
    up = diff.total.known.likely
    role: Role = "before" if round(up, 2) > 0 else "after" if round(up, 2) < 0 else "strong"
    lines = [paint(part, role if not at else "strong") for at, part in enumerate(wrapped(verdict(diff), width))]
    lines += _section("", _unreadable(diff.newly_unreadable, width, everything, paint))
    lines += rail_lines(diff.rails, width, paint)
    lines += _section("", _drivers(diff, width, everything, paint))
    lines += _section("By usage", _by_usage(diff, width, everything, paint), paint)
    lines += _section("At the same cost", _moves(diff, width, everything, paint), paint)
    lines += _section("Without a price", _unpriced(diff, width, everything, paint), paint)
    lines += _section("New findings", _findings(diff.of_status("new"), width, everything, paint), paint)
    lines += _section("Fixed", _findings(diff.of_status("fixed"), width, everything, paint), paint)
    if not quiet:
        lines += ["", *_footer(diff, width, everything, paint)]
    return "\n".join(lines) + "\n"


def _unreadable(errors: Sequence[DiffDiagnostic], width: int, everything: bool, paint: Paint) -> list[str]:
    shown = errors if everything else errors[:_MOST_ERRORS]
    lines = []
    for one in shown:
        place = printable(one.file) + (f":{one.line}:{one.column}" if one.line else "")
        said = f"{place}: {printable(one.message)}" if place else printable(one.message)
        first, *others = wrapped(said, width - len("ERROR "))
        lines += [paint("ERROR ", "critical") + first, *("      " + part for part in others)]
    return [*lines, f"+{len(errors) - len(shown)} more (--all)"] if len(errors) > len(shown) else lines


def _section(title: str, lines: list[str], paint: Paint = plain) -> list[str]:
    if not lines:
        return []
    return ["", paint(title, "strong"), *lines] if title else ["", *lines]


def _drivers(diff: Diff, width: int, everything: bool, paint: Paint) -> list[str]:
    drivers = diff.drivers
    if not drivers and diff.detail == "stack":
        return _stacks([one for one in diff.stacks if one.status != "unchanged"], width, paint)
    shown = drivers if everything else drivers[:TOP_DRIVERS]
    gutter = max((len(signed(one.fixed.likely)) for one in shown), default=0)
    unreadable = {one.file for one in diff.newly_unreadable}
    lines: list[str] = []
    for one in shown:
        lines += _driver(one, one.fixed.likely, gutter, width, paint, cause(one, unreadable))
    rest = drivers[len(shown) :]
    if rest:
        lines.append(f"  +{len(rest)} more worth {signed(sum(one.fixed.likely for one in rest))}/mo (--all)")
    aside = [one for one in diff.resources if not one.counted and one.comparable and round(one.delta.likely, 2)]
    if aside:
        lines += [*([""] if lines else []), paint("Not in the total (libraries, alternatives)", "dim")]
        gutter = max(len(signed(one.delta.likely)) for one in aside)
        for one in aside if everything else aside[:_MOST_LISTED]:
            lines += _driver(one, one.delta.likely, gutter, width, paint, cause(one, unreadable))
        if not everything and len(aside) > _MOST_LISTED:
            lines.append(f"  +{len(aside) - _MOST_LISTED} more (--all)")
    return lines


def _driver(one: ResourceDelta, amount: float, gutter: int, width: int, paint: Paint, why: str) -> list[str]:
    role: Role = "before" if amount > 0 else "after"
    mark = "~" if one.inferred else " "
    indent = " " * (gutter + 4)
    head: list[Piece] = [
        (f"{arrow(amount)} ", role),
        (signed(amount).rjust(gutter) + mark, role),
        (" " + printable(one.address), "strong"),
    ]
    beside = len(indent) + len(one.address) + 2 + len(why) <= width
    if beside:
        head.append(("  " + why, "plain"))
    file, number = cause_place(one)
    place = f"{printable(file)}:{number}" if file else ""
    about: list[Piece] = [(indent + place, "place")]
    if stack := stack_beside(one.stack, file):
        about.append((f"{'  ' if place else ''}{printable(stack)}", "dim"))
    causes = [] if beside else [indent + part for part in wrapped(why, width - len(indent), most=2)]
    return [line(head, width, paint), *causes, line(about, width, paint)]


def _by_usage(diff: Diff, width: int, everything: bool, paint: Paint) -> list[str]:
    def ends(one: ResourceDelta) -> str:
        return f"{signed(one.usage.likely)} ({signed(one.usage.low)} to {signed(one.usage.high)})"

    told = diff.by_usage if everything else told_by_usage(diff)
    listed = [(ends(one), one.address, cause(one)) for one in told]
    return _listed(listed, width, everything, paint)


def _moves(diff: Diff, width: int, everything: bool, paint: Paint) -> list[str]:
    found = [one for one in diff.resources if one.status in ("moved", "changed") and one.comparable]
    found = [one for one in found if not one.free and not round(one.delta.likely, 2) and not one.unpriced]
    return _listed([("", one.address, cause(one)) for one in found], width, everything, paint)


def _unpriced(diff: Diff, width: int, everything: bool, paint: Paint) -> list[str]:
    listed = [
        ("", one.address, _without(one))
        for one in diff.resources
        if one.status != "moved" and (one.unpriced or one.unpriced_before)
    ]
    return _listed(listed, width, everything, paint)


def _without(one: ResourceDelta) -> str:
    """What of a resource has no price, on which side."""
    before, after = one.before.likely, one.after.likely
    if one.comparable:
        return "; ".join(filter(None, [cause(one) or one.status, (one.unpriced or one.unpriced_before)[0]]))
    if len(one.unpriced_before) > len(one.unpriced):
        return f"{cause(one)}; {dollars(after)}/mo now, before: {one.unpriced_before[0]}"
    return f"{cause(one)}; {dollars(before)}/mo before, now: {one.unpriced[0]}"


def _listed(found: Sequence[tuple[str, str, str]], width: int, everything: bool, paint: Paint) -> list[str]:
    """A line for each of the first few: an amount, an address, a word on it."""
    shown = found if everything else found[:_MOST_LISTED]
    lines = []
    for amount, address, said in shown:
        before: list[Piece] = [(f"  {amount}", "dim")] if amount else []
        about: Piece = (f"  {printable(said)}", "dim")
        lines.append(line([*before, (f"  {printable(address)}", "plain"), about], width, paint))
    if len(found) > len(shown):
        lines.append(f"  +{len(found) - len(shown)} more (--all)")
    return lines


def _findings(found: list[FindingDelta], width: int, everything: bool, paint: Paint) -> list[str]:
    shown = found if everything else found[:TOP_FINDINGS]
    gutter = max((len(_worth(one)) for one in shown), default=0)
    lines: list[str] = []
    for one in shown:
        message = wrapped(printable(one.message or one.title), width - gutter - 4, most=2)
        lines.append(line([("  " + _worth(one).rjust(gutter) + "  ", "amount"), (message[0], "strong")], width, paint))
        lines += [" " * (gutter + 4) + paint(part, "strong") for part in message[1:]]
        place = f"{printable(one.file)}:{one.line}:{one.column}"
        lines.append(line([(" " * (gutter + 4) + place, "place"), (f"  {one.rule}", one.severity)], width, paint))
    rest = found[len(shown) :]
    if rest:
        lines.append(f"  +{len(rest)} more worth {dollars(sum(one.gain for one in rest))}/mo (--all)")
    return lines


def _worth(one: FindingDelta) -> str:
    mark = "~" if one.assumed else ""
    if one.saving is not None:
        return f"{mark}{dollars(one.gain)}/mo"
    return f"{dollars(one.exposure.likely)} at stake" if one.exposure is not None else "unpriced"


def _stacks(stacks: Sequence[StackDelta], width: int, paint: Paint) -> list[str]:
    gutter = max((len(signed(one.delta.likely)) for one in stacks), default=0)
    lines = []
    for one in stacks:
        aside = "" if one.counted else "  not in the total"
        said = f"{dollars(one.before.likely)} → {dollars(one.after.likely)}{aside}"
        role: Role = "before" if one.delta.likely > 0 else "after"
        amount = f"{arrow(one.delta.likely)} {signed(one.delta.likely).rjust(gutter)}  "
        lines.append(line([(amount, role), (printable(one.name), "strong"), (f"  {said}", "dim")], width, paint))
    return lines


def _footer(diff: Diff, width: int, everything: bool, paint: Paint) -> list[str]:
    sums = diff.total
    lines: list[str] = []
    if diff.costs_compared:
        least = least_before_and_after(diff)
        before, after = dollars(sums.before.likely), dollars(sums.after.likely)
        lines += labelled("Total", f"{least[0]}{before} → {least[1]}{after}/month", width, paint)
        changed = [one for one in diff.stacks if round(one.delta.likely, 2) or one.status in ("added", "removed")]
        alike = len(diff.stacks) - len(changed)
        if len(diff.stacks) > 1:
            names = ", ".join(f"{printable(one.name)} {signed(one.delta.likely)}" for one in changed[:4])
            more = f", +{len(changed) - 4} more" if len(changed) > 4 else ""
            lines += labelled(
                "Stacks",
                " · ".join(filter(None, [names + more, f"{alike:,} at the same cost" if alike else ""])),
                width,
                paint,
            )
    if diff.findings_compared:
        lines += labelled("Findings", _as_before(diff), width, paint)
    base = printable(diff.base.label) + (f" ({diff.base.commit[:8]})" if diff.base.commit else "")
    lines += labelled("Compared", f"{base} → {printable(diff.head.label)}", width, paint)
    for note in diff.notes:
        lines += labelled("Note", printable(note), width, paint)
    if diff.diagnostics:
        above = diff.newly_unreadable
        serious = [one for one in diff.diagnostics if (everything or one.severity == "error") and one not in above]
        kinds = [(name, sum(one.severity == name for one in diff.diagnostics)) for name in ("error", "warning", "note")]
        said = ", ".join(counted(number, name) for name, number in kinds if number)
        told = len(serious) + (len(above) if everything else min(len(above), _MOST_ERRORS))
        lines += labelled("Input", said + (" (--all lists them)" if told < len(diff.diagnostics) else ""), width, paint)
        for one in serious:
            place = printable(one.file) + (f":{one.line}:{one.column}" if one.line else "")
            side = "" if one.side == "head" else " before"
            lines += [
                f"  {part}" for part in wrapped(f"{one.severity}{side} {place}: {printable(one.message)}", width - 2)
            ]
    return lines


def _as_before(diff: Diff) -> str:
    """How many findings there are on both sides, and by how much those are worth more that have grown."""
    alike = diff.of_status("unchanged")
    more = [one.gain - one.gain_before for one in alike if one.gain_before is not None]
    grown = [amount for amount in more if round(amount, 2) > 0]
    said = f"{counted(len(alike), 'finding')} as before" if alike else ""
    return said + (f", {len(grown):,} of them worth {signed(sum(grown))}/mo" if grown else "")
