"""What the stacks cost, on a terminal: by module and resource down to quantity × unit price, or by something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from costlint.model import Component, Report, StackResult, total
from costlint.reports import summary
from costlint.reports.amounts import cost_three_ways, counted, dollars, in_its_currency, money, quantity, unit_price
from costlint.reports.commitments import commitment_lines
from costlint.reports.escaping import printable
from costlint.reports.grouping import Group, tag_keys
from costlint.reports.layout import Paint, Piece, Role, fitted, indented, line, plain
from costlint.reports.lumps import Lump, assumed, lumps, worth
from costlint.reports.stacks import deployed_line
from costlint.reports.text import labelled, problems

Depth = Literal["stack", "module", "resource", "component"]

SCREEN = 45
_MOST_STACKS = 8
_MOST_GROUPS = 30
_MOST_COMPONENTS = 4
_MOST_KEYS = 12
_FEW = 3
_AMOUNT = 12


@in_its_currency
def render(
    report: Report,
    *,
    by: str = "",
    groups: Sequence[Group] = (),
    depth: Depth = "component",
    everything: bool = False,
    width: int = 100,
    paint: Paint = plain,
) -> str:
    """The estimate as text ending in a newline. It fits a screen unless `everything`: what is left out is the
    cheapest, and said with its worth. `by` with `groups` gives a table instead of the tree."""
    if not report.stacks:
        return "Nothing to price here.\n"
    lines = [line([(headline(report), "strong")], width, paint)]
    page = _Page(width, paint, everything)
    if body := page.table(by, groups, report) if by else page.tree(report, depth):
        lines += ["", *body]
    lines += _other_tags(report, by, groups, width)
    if committed := commitment_lines(report.commitments, width, paint, everything):
        lines += ["", *committed]
    lines += ["", *_footer(report, width, paint, everything)]
    return "\n".join(lines) + "\n"


def headline(report: Report) -> str:
    """What everything costs a month, fixed and by usage."""
    if nothing := summary.unpriced(report):
        return nothing
    estimates = [e for result in report.stacks if result.counted for e in result.estimates.values()]
    fixed, usage = total(e.fixed for e in estimates), total(e.usage for e in estimates)
    text = f"{summary.at_least(report)}{dollars(report.totals.current.likely)}/month"
    if ways := cost_three_ways(report.totals):
        text += f" ({ways})"
    parts = f"{money(fixed)} fixed, {money(usage)} by usage"
    return f"{text[0].upper()}{text[1:]}: {parts}" if usage.high else f"{text[0].upper()}{text[1:]}"


def _other_tags(report: Report, by: str, groups: Sequence[Group], width: int) -> list[str]:
    """Which keys there are, where nothing has the one that is asked for."""
    key = by.removeprefix("tag:")
    if key == by or any(group.name != f"(no {key})" for group in groups):
        return []
    keys = tag_keys(report)
    known = (
        f"the keys here are {', '.join(map(printable, keys[:_MOST_KEYS]))}" if keys else "no resource has a tag here"
    )
    more = f" and {len(keys) - _MOST_KEYS} more" if len(keys) > _MOST_KEYS else ""
    return ["", *indented(f"Nothing is tagged {printable(key)}; {known}{more}", 0, width)]


class _Page:
    """Lines of one width."""

    def __init__(self, width: int, paint: Paint, everything: bool) -> None:
        self._width = width
        self._paint = paint
        self._everything = everything

    def tree(self, report: Report, depth: Depth) -> list[str]:
        """Stacks, their modules, resources and components, each dearest first."""
        results = sorted((r for r in report.stacks if r.counted), key=_dearest)
        worthy = [result for result in results if result.totals.current.high > 0]
        shown = results if self._everything else worthy[:_MOST_STACKS]
        by_stack = {id(result): lumps(result) for result in shown}
        room = SCREEN - 3 * len(shown)
        chosen = self._choose(by_stack, room, depth)
        lines: list[str] = []
        for result in shown:
            if lines and depth != "stack":
                lines.append("")
            lines += self._stack(result, by_stack[id(result)], chosen, depth)
        rest = results[len(shown) :]
        if rest and shown:
            left = sum(result.totals.current.likely for result in rest)
            lines += [self._rest(counted(len(rest), "more stack"), left, 0)]
        others = [result for result in report.stacks if not result.counted]
        if others:
            lines += ["", *self._uncounted(others)]
        return lines

    def table(self, by: str, groups: Sequence[Group], report: Report) -> list[str]:
        """One line for each group: its name, how many resources, usage, the amount and its share."""
        shown = groups if self._everything else groups[:_MOST_GROUPS]
        whole = report.totals.current.likely
        names = max([len(by), *(len(printable(group.name)) for group in shown)])
        names = min(names, max(self._width - 48, 20))
        head = f"{by.ljust(names)}{'resources':>12}{'by usage':>14}{'monthly':>{_AMOUNT}}{'share':>8}"
        lines = [line([(head, "dim")], self._width, self._paint)]
        for group in shown:
            share = _share(group.monthly.likely, whole)
            name = printable(group.name)
            pieces: list[Piece] = [
                (fitted(name, names).ljust(names), "place"),
                (f"{group.resources:>12,}{_by_usage(group):>14}", "plain"),
                (f"{dollars(group.monthly.likely):>{_AMOUNT}}", "amount"),
                (f"{share:>8}", "dim"),
            ]
            lines.append(line(pieces, self._width, self._paint))
        rest = groups[len(shown) :]
        if rest:
            lines.append(self._rest(counted(len(rest), "more"), sum(group.monthly.likely for group in rest), 0))
        return lines

    def _choose(self, by_stack: dict[int, list[Lump]], room: int, depth: Depth) -> set[int]:
        """The lumps there is room for, dearest first: each takes a line, those of its components, and the first of a
        module a line for that."""
        chosen: set[int] = set()
        modules: set[tuple[int, str]] = set()
        listed = [(stack, lump) for stack, inside in by_stack.items() for lump in inside]
        for stack, lump in sorted(listed, key=lambda pair: -pair[1].size):
            place = (stack, lump.module)
            parts = len(self._parts(lump))
            need = 1 + (0 if parts == 1 or depth != "component" else min(parts, _MOST_COMPONENTS + 1))
            need += 2 * (place not in modules and bool(lump.module))
            if not self._everything and (need > room or round(lump.size, 2) == 0):
                continue
            room -= need
            modules.add(place)
            chosen.add(id(lump))
        return chosen

    def _stack(self, result: StackResult, listed: list[Lump], chosen: set[int], depth: Depth) -> list[str]:
        region = result.stack.region.name
        name = _title(result) + (f" · {printable(region)}" if region else "")
        partial = "≥ " if result.totals.partial else ""
        lines = [self._row(0, name, "", partial + dollars(result.totals.current.likely), "strong")]
        if depth == "stack":
            return lines
        modules: dict[str, list[Lump]] = {}
        for lump in listed:
            modules.setdefault(lump.module, []).append(lump)
        ranked = sorted(modules.items(), key=lambda item: (-worth(item[1]), item[0]))
        hidden: list[list[Lump]] = []
        for module, inside in ranked:
            here = [lump for lump in inside if id(lump) in chosen]
            if depth == "module":
                lines.append(self._row(1, module or "root module", "", dollars(worth(inside)), "place"))
                continue
            if not here:
                hidden.append(inside)
                continue
            indent = 1
            if module:
                lines.append(self._row(1, module, "", dollars(worth(inside)), "place"))
                indent = 2
            for lump in here:
                lines += self._lump(lump, indent, depth)
            if len(here) < len(inside):
                rest = [lump for lump in inside if id(lump) not in chosen]
                lines.append(self._rest(f"{_resources(rest)} more", worth(rest), indent))
        if hidden:
            rest = [lump for inside in hidden for lump in inside]
            what = counted(_resources(rest), "resource")
            if any(lump.module for lump in rest):
                what += f" in {counted(len(hidden), 'more module')}"
            lines.append(self._rest(what, worth(rest), 1))
        return lines

    def _lump(self, lump: Lump, indent: int, depth: Depth) -> list[str]:
        components = sorted(self._parts(lump), key=lambda part: -part.monthly.likely)
        name = printable(lump.name) + (f" ×{lump.copies}" if lump.copies > 1 else "")
        mark = "~" if any(map(assumed, lump.estimate.components)) else ""
        amount = mark + dollars(lump.monthly.likely)
        if lump.allocated.likely:
            amount = f"({mark}{dollars(lump.size)})" if not lump.monthly.likely else amount
            name += f" of {printable(', '.join(_owners(lump)))}"
        if depth == "resource":
            return [self._row(indent, name, "", amount, "plain")]
        remains = _left_over(lump)
        if len(components) == 1 and not lump.estimate.unpriced and not remains:
            return [self._row(indent, name, _arithmetic(components[0], lump.copies), amount, "plain")]
        lines = [self._row(indent, name, "", amount, "plain")]
        most = len(components) if self._everything else _MOST_COMPONENTS
        shown = components if len(components) <= most + 1 else components[:most]
        for part in shown:
            sum_of = ("~" if assumed(part) else "") + dollars(part.monthly.likely * lump.copies)
            sum_of = f"({sum_of})" if part.allocated else sum_of
            lines.append(self._row(indent + 1, printable(part.name), _arithmetic(part, lump.copies), sum_of, "dim"))
        rest = components[len(shown) :]
        if rest:
            left = sum(part.monthly.likely for part in rest) * lump.copies
            lines.append(self._rest(f"{len(rest)} more", left, indent + 1))
        if remains:
            lines += [self._paint(text, "dim") for text in indented(remains, 2 * (indent + 1), self._width)]
        lines += [
            line([("  " * (indent + 1), "plain"), (f"unpriced: {printable(why)}", "medium")], self._width, self._paint)
            for why in (lump.estimate.unpriced if self._everything else lump.estimate.unpriced[:1])
        ]
        return lines

    def _parts(self, lump: Lump) -> list[Component]:
        """The components to show: those that cost something, or all if none does."""
        parts = list(lump.estimate.components)
        return parts if self._everything else [part for part in parts if round(part.monthly.likely, 2)] or parts

    def _row(self, indent: int, name: str, arithmetic: str, amount: str, role: Role) -> str:
        """Name at the left, arithmetic in a column of its own, amount at the right edge."""
        room = self._width - _AMOUNT
        column = room - min(46, room // 2)
        left = "  " * indent + name
        if arithmetic:
            limit = max(column - 1, len(left) if len(left) + len(arithmetic) + 2 <= room else 0)
            left = fitted(left, limit)
            left = left.ljust(column) if len(left) < column else left + "  "
            arithmetic = fitted(arithmetic, max(room - len(left) - 1, 1))
        else:
            left = fitted(left, room - 1)
        gap = " " * max(room - len(left) - len(arithmetic), 1)
        pieces: list[Piece] = [(left, role), (arithmetic, "dim"), (gap + amount.rjust(_AMOUNT), "amount")]
        return line(pieces, self._width, self._paint)

    def _rest(self, what: str, amount: float, indent: int) -> str:
        hint = "" if self._everything else " (--all)"
        return self._paint(f"{'  ' * indent}+{what}{_worth(amount)}{hint}", "dim")

    def _uncounted(self, results: list[StackResult]) -> list[str]:
        shown = results if self._everything else results[:_FEW]
        lines = []
        for result in shown:
            why = "library" if result.stack.library else "alternative"
            name = f"{_title(result)} ({why}, not counted)"
            lines.append(self._row(0, name, "", dollars(result.totals.current.likely), "dim"))
        rest = results[len(shown) :]
        return lines + ([self._paint(f"+{len(rest)} more not counted (--all)", "dim")] if rest else [])


def _owners(lump: Lump) -> list[str]:
    """Whose bills the lump takes up a share of."""
    return list(dict.fromkeys(part.allocated for part in lump.estimate.components if part.allocated))


def _left_over(lump: Lump) -> str:
    """What is left of the nodes whose every accelerator the lump takes; "" for none."""
    parts = [part for part in lump.estimate.components if part.left_over.likely]
    if not parts:
        return ""
    amount = dollars(total(part.left_over for part in parts).times(lump.copies).likely)
    counted_there = "" if all(part.allocated for part in parts) else ", which is counted nowhere here"
    return f"takes every accelerator of its nodes; {amount} of their price is left over{counted_there}"


def _shares_line(report: Report) -> str:
    """What amounts in brackets are; empty if there are none."""
    shares = total(e.allocated for result in report.stacks if result.counted for e in result.estimates.values())
    if not shares.high:
        return ""
    told = "shares of node pools by what pods request, counted with those"
    return f"{dollars(shares.likely)}/month in brackets: {told}"


def _footer(report: Report, width: int, paint: Paint, everything: bool) -> list[str]:
    lines = labelled("Shares", _shares_line(report), width, paint)
    lines += labelled("Deployed", deployed_line(report), width, paint)
    lines += labelled("Coverage", summary.coverage_line(report), width, paint)
    most = len(report.diagnostics) if everything else _FEW
    lines += problems(report.diagnostics, width, paint, most)
    return lines + labelled("Next", _next_step(report), width, paint)


def _next_step(report: Report) -> str:
    first = summary.next_step(report, None)
    if first:
        return first
    if report.coverage.unpriced:
        return "--show unpriced says why some resources have no price"
    assumptions = any(e.assumptions for result in report.stacks for e in result.estimates.values())
    path = printable(report.paths[0]) if report.paths else "."
    return f"costlint usage init {path} lists the quantities assumed here, to replace" if assumptions else ""


def _arithmetic(part: Component, copies: int) -> str:
    unit = part.unit.replace("-month", "")
    times = _likely(part)
    mark = "~" if part.inferred else ""
    each = f"{copies} × " if copies > 1 else ""
    return f"{each}{times} {printable(unit)} × {mark}{unit_price(part.unit_price)}"


def _likely(part: Component) -> str:
    """The likely quantity; the range is for `costlint explain` and JSON."""
    likely = part.quantity.likely
    return quantity(part.quantity._replace(low=likely, high=likely))


def _by_usage(group: Group) -> str:
    return dollars(group.usage.likely) if group.usage.high else "–"


def _share(part: float, whole: float) -> str:
    if whole <= 0 or part <= 0:
        return ""
    return f"{part / whole:.0%}" if part / whole >= 0.005 else "<1%"


def _resources(listed: Sequence[Lump]) -> int:
    return sum(lump.copies for lump in listed)


def _worth(amount: float) -> str:
    return f" worth {dollars(amount)}" if round(amount, 2) else ""


def _title(result: StackResult) -> str:
    stack = result.stack
    name = stack.environment.name or (stack.workspace if stack.workspace != "default" else "")
    return printable(f"{stack.name} ({name})" if name and name not in stack.name else stack.name)


def _dearest(result: StackResult) -> tuple[float, str]:
    return -result.totals.current.likely, result.stack.name
