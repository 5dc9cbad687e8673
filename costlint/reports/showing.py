"""What has no price: resources that are free, and those that are unpriced with the reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from costlint.model import Estimate, Report, Resource
from costlint.reports.amounts import counted, in_its_currency
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, line, plain

_MOST_TYPES = 40
_MOST_REASONS = 15
_FEW = 3


def render_free(report: Report, width: int = 100, everything: bool = False, paint: Paint = plain) -> str:
    """The types that carry no charge of their own, most frequent first, as text ending in a newline."""
    types = Counter(resource.type for resource, estimate in _estimates(report) if estimate.free)
    if not types:
        return "Nothing here is free.\n"
    head = f"{counted(types.total(), 'resource')} of {counted(len(types), 'type')} are free"
    ranked = sorted(types.items(), key=lambda item: (-item[1], item[0]))
    shown = ranked if everything else ranked[:_MOST_TYPES]
    lines = [paint(head, "strong"), ""]
    lines += [line([(f"{number:>7,}  ", "dim"), (printable(kind), "plain")], width, paint) for kind, number in shown]
    if len(shown) < len(ranked):
        lines.append(paint(f"+{len(ranked) - len(shown)} more types (--all)", "dim"))
    return "\n".join(lines) + "\n"


@in_its_currency
def render_unpriced(report: Report, width: int = 100, everything: bool = False, paint: Paint = plain) -> str:
    """Every reason why something has no price, most frequent first, with the resources and their lines."""
    reasons: dict[str, list[Resource]] = defaultdict(list)
    for resource, estimate in _estimates(report):
        for reason in dict.fromkeys(estimate.unpriced):
            reasons[reason].append(resource)
    if not reasons:
        return "Nothing here is unpriced.\n"
    ranked = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    shown = ranked if everything else ranked[:_MOST_REASONS]
    number = len({id(resource) for found in reasons.values() for resource in found})
    lines = [paint(f"{counted(number, 'resource')} unpriced, wholly or in part", "strong")]
    for reason, found in shown:
        few = found if everything else found[:_FEW]
        lines += ["", line([(f"{len(found):>5,}  ", "dim"), (printable(reason), "medium")], width, paint)]
        for resource in few:
            place = f"{resource.span.file}:{resource.span.line}"
            lines.append(
                line([(f"       {printable(resource.address)}  ", "plain"), (printable(place), "place")], width, paint)
            )
        if len(few) < len(found):
            lines.append(paint(f"       +{len(found) - len(few)} more (--all)", "dim"))
    if len(shown) < len(ranked):
        lines += ["", paint(f"+{counted(len(ranked) - len(shown), 'more reason')} (--all)", "dim")]
    return "\n".join(lines) + "\n"


def _estimates(report: Report) -> Iterator[tuple[Resource, Estimate]]:
    """Resources of the stacks that count."""
    for result in report.stacks:
        if result.counted:
            for resource in result.stack.resources:
                estimate = result.estimates.get(resource.address)
                if estimate is not None:
                    yield resource, estimate
