"""What several stacks come to together: totals, and how much of what was read has a price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from costlint.model import Coverage, Estimate, StackResult, Totals, total


def sum_of(parts: Iterable[Totals]) -> Totals:
    """The totals of several stacks that are all deployed."""
    many = list(parts)
    phases: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    for part in many:
        phases.update(part.by_phase)
        categories.update(part.by_category)
    return Totals(
        current=total(part.current for part in many),
        proposed=total(part.proposed for part in many),
        saving=total(part.saving for part in many),
        freed=total(part.freed for part in many),
        assumed=sum(part.assumed for part in many),
        by_phase=dict(phases),
        by_category=dict(categories),
        partial=any(part.partial for part in many),
    )


def coverage_of(results: Sequence[StackResult], libraries: int, alternatives: int) -> Coverage:
    estimates: list[Estimate] = [e for result in results for e in result.estimates.values()]
    reasons = Counter(reason for e in estimates if not e.unknown for reason in set(e.unpriced))
    kinds = Counter(map(_kind, estimates))
    return Coverage(
        resources=len(estimates),
        priced=kinds["priced"],
        free=kinds["free"],
        unpriced=dict(reasons.most_common()),
        unknown=kinds["unknown"],
        unresolved_modules=sum(len(result.stack.unresolved) for result in results),
        adapted_modules=sum(len(result.stack.adapted) for result in results),
        libraries=libraries,
        alternatives=alternatives,
        awaiting_environment=sum(result.awaiting for result in results),
        in_part=sum(1 for e in estimates if e.components and e.unpriced and not e.free),
    )


def _kind(estimate: Estimate) -> str:
    """What coverage counts a resource as. One priced in part is priced, and counted again as that."""
    if estimate.free:
        return "free"
    if estimate.components or not estimate.unpriced:
        return "priced"
    return "unknown" if estimate.unknown else "unpriced"
