"""The stacks of a report side by side: what each costs, which of several alternatives counts, what waits to be told."""

from __future__ import annotations

from collections.abc import Iterable

from costlint.model import Report, StackResult
from costlint.reports.amounts import counted, dollars
from costlint.reports.escaping import printable

_MOST = 4


def stack_line(report: Report) -> str:
    """What each stack that counts costs, dearest first, with the manifests on its cluster; empty for a single one that
    has none."""
    deployed = [result for result in report.stacks if result.counted]
    several = len(deployed) > 1 or beside(report) or any(result.stack.deployed for result in deployed)
    return _costs(deployed) if several else ""


def beside_line(report: Report) -> str:
    """What the alternatives cost that do not count; empty if there are none."""
    rest = beside(report)
    return f"not added (alternatives: all would): {_costs(rest)}" if rest else ""


def which_line(report: Report) -> str:
    """Which alternatives the total counts, as words behind an amount; empty if there are none."""
    rest = beside(report)
    choices = dict.fromkeys(map(_choice, rest))
    if not choices:
        return ""
    if len(choices) > 1:
        return f"counting one of the alternatives of each of {len(choices)} roots"
    (choice,) = choices
    standing = next((r for r in report.stacks if r.counted and r.stack.alternative and _choice(r) == choice), None)
    name = label(standing) if standing else "one"
    return f"counting {name} of the {len(rest) + 1} alternatives of {printable(choice.partition(' (')[0])}"


def side_by_side(report: Report) -> str:
    """The bill of each alternative of the only root there is; empty if there are others, or too many alternatives."""
    stacks = [result for result in report.stacks if result.counted or not result.stack.library]
    if not beside(report) or len(stacks) > _MOST or not all(result.stack.alternative for result in stacks):
        return ""
    if len({result.stack.directory for result in stacks}) > 1:
        return ""
    first, *rest = sorted(stacks, key=_standing_first)
    at_least = "at least " if any(_is_partial(result) for result in stacks) else ""
    bills = [f"{at_least}{_cost(first)}/month with {label(first)}"]
    bills += [f"{_cost(result)} with {label(result)}" for result in rest]
    return f"{printable(first.stack.directory)} costs {', '.join(bills[:-1])} or {bills[-1]}"


def waiting_line(report: Report) -> str:
    """How many checks await an environment, and what to add; empty if none do."""
    number = report.coverage.awaiting_environment
    if not number:
        return ""
    checks = counted(number, "check awaits", "checks await")
    waiting = [result for result in report.stacks if result.counted and result.awaiting]
    waiting.sort(key=lambda result: (-result.awaiting, result.stack.name))
    where = printable(waiting[0].stack.directory) if waiting else ""
    if not where or where == "." or where.startswith(".."):
        return f"{checks} an environment: pass --environment prod (or nonprod), or run costlint init"
    others = f"; costlint init proposes all {len(waiting)}" if len(waiting) > 1 else ""
    return f"{checks} an environment: add `environments: {{{where}: prod}}` (or nonprod) to .costlint.yaml{others}"


def deployed_line(report: Report) -> str:
    """Which manifests were added to which stack, because they run on its cluster; empty if none were."""
    parts = [
        f"{printable(one.directory)} onto {printable(result.stack.name)} ({printable(one.evidence)})"
        for result in report.stacks
        if result.counted
        for one in result.stack.deployed
    ]
    more = f" · +{len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return " · ".join(parts[:_MOST]) + more


def beside(report: Report) -> list[StackResult]:
    """The stacks that are left out of the total as alternatives of others."""
    return [result for result in report.stacks if result.stack.alternative and not result.counted]


def label(result: StackResult) -> str:
    """What tells a stack from the others of its root."""
    stack = result.stack
    return printable(stack.name.removeprefix(stack.directory).strip(" []") or stack.name)


def _choice(result: StackResult) -> str:
    """What alternatives have in common: their root, or what they are a choice of."""
    return result.stack.choice or result.stack.directory


def _costs(results: Iterable[StackResult]) -> str:
    dearest = sorted(results, key=lambda result: (-result.totals.current.likely, result.stack.name))
    shown = [f"{_name(result)} {_cost(result)}{_with(result)}" for result in dearest[:_MOST]]
    if len(dearest) > _MOST:
        shown.append(f"{len(dearest) - _MOST} more")
    return " · ".join(shown)


def _name(result: StackResult) -> str:
    stack = result.stack
    name = stack.environment.name or (stack.workspace if stack.workspace != "default" else "")
    return printable(f"{stack.name} ({name})" if name and name not in stack.name else stack.name)


def _with(result: StackResult) -> str:
    here = result.stack.directory or result.stack.name
    names = [printable(_without_shared(one.directory, here)) for one in result.stack.deployed]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f" with {names[0]}{more}" if names else ""


def _without_shared(path: str, beside: str) -> str:
    """A path without the directories it shares with another."""
    parts, others = path.split("/"), beside.split("/")
    same = next((n for n, pair in enumerate(zip(parts, others, strict=False)) if pair[0] != pair[1]), 0)
    return "/".join(parts[same:])


def _cost(result: StackResult) -> str:
    return dollars(result.totals.current.likely)


def _standing_first(result: StackResult) -> tuple[bool, float, str]:
    return not result.counted, -result.totals.current.likely, result.stack.name


def _is_partial(result: StackResult) -> bool:
    return result.totals.partial or bool(result.stack.unresolved)
