"""Which stacks count in the bill: all that are deployed, and one of each root's alternatives."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from costlint.model import StackResult


def counted(results: Iterable[StackResult], include_libraries: bool = False) -> list[StackResult]:
    """The same results, each saying whether it counts.

    Of alternatives (stacks of one root nobody says are all deployed) the one in production does, else the costliest;
    of several in production, the costliest of those. Libraries count if they are asked for, variants of a chart never.
    """
    found = list(results)
    standing = {id(max(group, key=_rank)) for group in _alternatives(found)}
    return [
        replace(one, counted=(include_libraries or not one.stack.library) and _stands(one, standing)) for one in found
    ]


def _stands(result: StackResult, standing: set[int]) -> bool:
    return not result.stack.variant and (not result.stack.alternative or id(result) in standing)


def _alternatives(results: list[StackResult]) -> Iterable[list[StackResult]]:
    roots: dict[str, list[StackResult]] = {}
    for result in results:
        if result.stack.alternative:
            roots.setdefault(result.stack.choice or result.stack.directory, []).append(result)
    return roots.values()


def _rank(result: StackResult) -> tuple[bool, float]:
    return result.stack.environment.kind == "prod", result.totals.current.likely
