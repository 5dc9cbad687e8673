"""What has no price: resources that are free, and those that are unpriced with the reason.

What belongs to no cloud is one line for each provider, with who bills it: hundreds of monitors or files say nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from costlint.model import Estimate, Report, Resource
from costlint.reports.amounts import counted
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, line, plain, spread

_MOST_TYPES = 40
_MOST_REASONS = 15
_FEW = 3


def render_free(
    report: Report,
    width: int = 100,
    everything: bool = False,
    paint: Paint = plain,
    why: Callable[[str], str] = lambda kind: "",
) -> str:
    """The types that carry no charge of their own, most frequent first, as text ending in a newline; `why` says of a
    type that belongs to no cloud why nobody bills it, "" for others."""
    types = Counter(resource.type for resource, estimate in _estimates(report) if estimate.free)
    if not types:
        return "Nothing here is free.\n"
    head = f"{counted(types.total(), 'resource')} of {counted(len(types), 'type')} are free"
    others: Counter[str] = Counter()
    for kind in [kind for kind in types if why(kind)]:
        others[f"{why(kind)} ({kind.partition('_')[0]}_*)"] += types.pop(kind)
    shown = _ranked(types) if everything else _ranked(types)[:_MOST_TYPES]
    lines = [paint(head, "strong"), ""]
    lines += [line([(f"{number:>7,}  ", "dim"), (printable(kind), "plain")], width, paint) for kind, number in shown]
    if len(shown) < len(types):
        lines.append(paint(f"+{len(types) - len(shown)} more types (--all)", "dim"))
    if others and types:
        lines.append("")
    lines += [
        line([(f"{number:>7,}  ", "dim"), (printable(text), "plain")], width, paint) for text, number in _ranked(others)
    ]
    return "\n".join(lines) + "\n"


def render_unpriced(report: Report, width: int = 100, everything: bool = False, paint: Paint = plain) -> str:
    """Every reason why something has no price, most frequent first, with the resources and their lines; of what belongs
    to no cloud, the types."""
    reasons: dict[str, list[Resource]] = defaultdict(list)
    for resource, estimate in _estimates(report):
        for reason in dict.fromkeys(estimate.unpriced):
            reasons[reason].append(resource)
    if not reasons:
        return "Nothing here is unpriced.\n"
    ranked = sorted(reasons.items(), key=lambda item: (_is_strange(item[1]), -len(item[1]), item[0]))
    shown = ranked if everything else ranked[:_MOST_REASONS]
    number = len({id(resource) for found in reasons.values() for resource in found})
    lines = [paint(f"{counted(number, 'resource')} unpriced, wholly or in part", "strong")]
    for reason, found in shown:
        lines += ["", line([(f"{len(found):>5,}  ", "dim"), (printable(reason), "medium")], width, paint)]
        lines += _types(found, width, paint) if _is_strange(found) else _places(found, width, everything, paint)
    if len(shown) < len(ranked):
        lines += ["", paint(f"+{counted(len(ranked) - len(shown), 'more reason')} (--all)", "dim")]
    return "\n".join(lines) + "\n"


def _places(found: Sequence[Resource], width: int, everything: bool, paint: Paint) -> list[str]:
    few = found if everything else found[:_FEW]
    lines = []
    for resource in few:
        place = f"{resource.span.file}:{resource.span.line}"
        lines += spread([(printable(resource.address), "plain"), (printable(place), "place")], 7, width, paint, 2)
    if len(few) < len(found):
        lines.append(paint(f"       +{len(found) - len(few)} more (--all)", "dim"))
    return lines


def _types(found: Sequence[Resource], width: int, paint: Paint) -> list[str]:
    types = _ranked(Counter(resource.type for resource in found))
    text = ", ".join(f"{kind} ×{number}" if number > 1 else kind for kind, number in types)
    return [line([(f"       {printable(text)}", "plain")], width, paint)]


def _is_strange(found: Sequence[Resource]) -> bool:
    """True if all of them belong to no cloud."""
    return all(resource.provider in ("other", "kubernetes") and "_" in resource.type for resource in found)


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _estimates(report: Report) -> Iterator[tuple[Resource, Estimate]]:
    """Resources of the stacks that count."""
    for result in report.stacks:
        if result.counted:
            for resource in result.stack.resources:
                estimate = result.estimates.get(resource.address)
                if estimate is not None:
                    yield resource, estimate
