"""The lines around the findings: headline, totals, savings by phase, coverage, diagnostics, next step."""

from __future__ import annotations

from collections.abc import Sequence

from costlint.model import Diagnostic, Finding, Report, Totals
from costlint.reports.amounts import cost_three_ways, counted, dollars, money, three_ways
from costlint.reports.escaping import printable
from costlint.reports.stacks import side_by_side, which_line
from costlint.sources import STANDARD_INPUT

_PHASES = ("quick-win", "medium-term", "long-term", "continuous")


def headline(report: Report) -> str:
    """What everything costs and how much of it can be saved."""
    totals = report.totals
    which = which_line(report)
    alone = side_by_side(report)
    cost = f"{at_least(report)}{dollars(totals.current.likely)}/month as written" + (f", {which}" if which else "")
    cost = alone or unpriced(report) or f"{cost[0].upper()}{cost[1:]}"
    if totals.saving.likely <= 0:
        return f"{cost}; {counted(len(report.findings), 'finding')}{_without_saving(report)}."
    share = ""
    saving, of = totals.saving.likely, totals.current.likely
    if totals.cash_saving is not None and totals.cash_current is not None:
        saving, of = totals.cash_saving.likely, totals.cash_current.likely
        cost += f" ({cost_three_ways(totals)})"
    if of > 0:
        part = max(0.0, min(saving / of, 1))
        share = f" ({part:.0%})" if part >= 0.005 else " (less than 1%)"
    now = " in cash" if totals.cash_saving is not None else ""
    return (
        f"{cost}; {dollars(saving)}/month{now}{share}{' of the first' if alone else ''} can be saved{_assumed(totals)}."
    )


def _without_saving(report: Report) -> str:
    """Why findings save nothing together: nothing by themselves, or of what the total leaves out."""
    if any(one.saving is not None and one.saving.likely > 0 and not one.freed for one in report.findings):
        return " about what the total does not count"
    return ", none with a saving of its own"


def _assumed(totals: Totals) -> str:
    """How much of what can be saved is a likely amount and not a certain one, as words behind it; empty for nothing."""
    part = min(totals.assumed, totals.saving.likely)
    if round(part, 2) <= 0:
        return ""
    whole = f" of {dollars(totals.saving.likely)} at your prices" if totals.cash_saving is not None else ""
    return f", ~{dollars(part)}{whole} of it assumed" if not whole else f" (~{dollars(part)}{whole} assumed)"


def nothing_found(report: Report) -> str:
    """The sentence of a run without findings: what was looked at."""
    held = report.baseline.hidden if report.baseline is not None else 0
    others = len(report.suppressed) - held
    suppressed = f" {counted(others, 'finding')} suppressed." if others else ""
    known = f" Baseline: {said}." if (said := baseline_line(report)) else ""
    return _looked_at(report) + suppressed + known


def left_out_line(report: Report) -> str:
    """What findings the report does without, and how to see them; empty if there are none."""
    left = report.left_out
    parts: list[str] = []
    hint = " (--min-saving 0)" if left.min_saving > 0 else ""
    if least := left.smaller - left.cashless:
        smaller = counted(least, "smaller finding")
        parts.append(f"{smaller} worth {dollars(left.worth - left.cashless_worth)}/month{hint}")
    if left.cashless:
        cashless = f"{counted(left.cashless, 'finding')} worth {dollars(left.cashless_worth)}/month at your prices"
        parts.append(f"{cashless}, but less than {dollars(left.min_saving)} in cash while commitments last{hint}")
    held = [f"{left.unpriced:,} without a price"] if left.unpriced else []
    if left.not_editable:
        held.append(f"{left.not_editable:,} in modules from elsewhere that have no input for it")
    if left.shared:
        held.append(f"{left.shared:,} on lines that decide something else, too")
    if held:
        parts.append(f"{', '.join(held)} (--profile audit)")
    return " · ".join(parts)


def baseline_line(report: Report) -> str:
    """What the baseline holds back, and how much of it is about nothing any more; empty if it does neither."""
    use = report.baseline
    if use is None or not (use.hidden or use.stale):
        return ""
    worth = f" worth {dollars(use.worth)}/month" if round(use.worth, 2) > 0 else ""
    parts = [f"{counted(use.hidden, 'finding')}{worth} known before (costlint baseline show)"] if use.hidden else []
    if use.stale:
        parts.append(f"{counted(use.stale, 'entry is', 'entries are')} mended or gone (costlint baseline prune)")
    return " · ".join(parts)


def _looked_at(report: Report) -> str:
    coverage = report.coverage
    if not report.stacks:
        return "Nothing to scan here."
    if not coverage.resources and (remote := _remote_modules(report)):
        stacks = counted(sum(1 for result in report.stacks if result.counted), "stack")
        modules = counted(remote, "module is", "modules are")
        return f"Nothing to price in {stacks} yet: {modules} not here; run `costlint modules fetch`."
    if not coverage.resources and coverage.libraries:
        libraries = counted(coverage.libraries, "library", "libraries")
        return f"Nothing here is deployed: {libraries} nobody calls (--include-libraries looks into them)."
    if not coverage.resources:
        return f"Nothing to price in {counted(len(report.stacks), 'stack')}: no resources."
    whole = counted(coverage.resources, "resource")
    priced = f"{coverage.priced + coverage.free:,} of {whole} priced{' or free' if coverage.free else ''}"
    if not coverage.priced:
        return f"Nothing to save found; {priced}."
    which = f", {which}" if (which := which_line(report)) else ""
    cost = f"{at_least(report)}{dollars(report.totals.current.likely)}/month{which}"
    further = " (--profile audit asks more)" if report.profile == "default" else ""
    return f"Nothing to save found: {priced}, {cost}{further}."


def more(rest: Sequence[Finding]) -> str:
    """What the findings left out are worth."""
    saving = sum(finding.gain for finding in rest)
    amount = f" worth {dollars(saving)}/month" if saving > 0 else ""
    return f"+{len(rest)} more{amount} (--all)"


def total_line(report: Report) -> str:
    """What everything costs now and with every change; empty where nothing has a price."""
    if unpriced(report):
        return ""
    totals = report.totals
    text = f"{at_least(report)}{dollars(totals.current.likely)} → {dollars(totals.proposed.likely)}/month"
    if totals.saving.likely > 0:
        ways = three_ways(totals.saving, totals.list_saving, totals.cash_saving)
        text += f", saving {money(totals.saving)}{f' ({ways})' if ways else ''}; overlaps counted once"
    return text


def freed_line(report: Report) -> str:
    """What the proposals free of node pools, which is no saving yet; empty if nothing."""
    freed = report.totals.freed
    if round(freed.likely, 2) <= 0:
        return ""
    pools = {one.pool: one for finding in report.findings for one in finding.freed if one.amount.likely > 0}
    themselves = bool(pools) and all(one.scales for one in pools.values())
    how = "their nodes go by themselves" if themselves else "make them smaller to save it"
    return f"{money(freed)}/month of {counted(len(pools), 'node pool')}, not in the saving: {how}"


def phase_line(report: Report) -> str:
    """Savings by phase, soonest first; empty if there are none."""
    by_phase = report.totals.by_phase
    names = [name for name in _PHASES if name in by_phase] + sorted(set(by_phase) - set(_PHASES))
    return " · ".join(f"{name} {dollars(by_phase[name])}" for name in names if round(by_phase[name], 2) > 0)


def coverage_line(report: Report) -> str:
    """Resources read, priced, free, unpriced and unknown."""
    coverage = report.coverage
    priced = f"{coverage.priced:,} priced" + (f", {coverage.in_part:,} of them in part" if coverage.in_part else "")
    parts = [priced, f"{coverage.free:,} free"]
    left = coverage.unpriced_resources
    if left > 0:
        often = max(coverage.unpriced.items(), key=lambda item: (item[1], item[0]), default=None)
        parts.append(f"{left:,} unpriced" + (f" (most: {printable(often[0])})" if often else ""))
    if coverage.unknown:
        parts.append(f"{coverage.unknown:,} unknown")
    if coverage.adapted_modules:
        parts.append(f"{counted(coverage.adapted_modules, 'module')} read from inputs")
    if coverage.unresolved_modules:
        parts.append(f"{counted(coverage.unresolved_modules, 'module')} not here")
    if coverage.libraries:
        parts.append(f"{counted(coverage.libraries, 'library', 'libraries')} not counted")
    if coverage.alternatives:
        parts.append(f"{counted(coverage.alternatives, 'alternative')} not added")
    if others := len(report.suppressed) - (report.baseline.hidden if report.baseline is not None else 0):
        parts.append(f"{counted(others, 'finding')} suppressed")
    return f"{counted(coverage.resources, 'resource')}: " + " · ".join(parts)


def diagnostics_line(diagnostics: Sequence[Diagnostic]) -> str:
    """How many errors, warnings and notes; empty for none."""
    counts = [
        counted(number, name)
        for name in ("error", "warning", "note")
        if (number := sum(diagnostic.severity == name for diagnostic in diagnostics))
    ]
    return ", ".join(counts)


def next_step(report: Report, best: Finding | None) -> str:
    """The one thing that would help most now."""
    if remote := _remote_modules(report):
        modules = counted(remote, "module is", "modules are")
        return f"{modules} not here: run `costlint modules fetch`, and the total stops being a lower bound"
    if assumed := _assumed_region(report):
        return f"no region is written, {printable(assumed)} is assumed: pass --region to be sure"
    if best is not None and STANDARD_INPUT not in report.paths:
        return f"costlint explain {printable(best.span.file)}:{best.span.line} shows the arithmetic"
    return ""


def _remote_modules(report: Report) -> int:
    """Modules that are not here but could be fetched: a directory that is missing is an error of its own."""
    sources = (module.source for result in report.stacks if result.counted for module in result.stack.unresolved)
    return report.coverage.unresolved_modules - sum(1 for source in sources if source.startswith(".") or not source)


def _assumed_region(report: Report) -> str:
    """The first region that something priced was put in without anything saying so, "" if there is none."""
    for result in report.stacks:
        for resource in result.stack.resources:
            estimate = result.estimates.get(resource.address)
            if resource.region.assumed and estimate is not None and estimate.components:
                return resource.region.name
    return ""


def unpriced(report: Report) -> str:
    """What stands for an amount where nothing has one: `$0.00` would be wrong; empty if something is priced."""
    coverage = report.coverage
    without = coverage.unpriced_resources + coverage.unknown
    if coverage.priced or not without or report.totals.current.high > 0:
        return ""
    whole = "the only resource" if coverage.resources == 1 else f"{without:,} of {coverage.resources:,} resources"
    return f"No price for {whole}{', the others are free' if coverage.free else ''}"


def at_least(report: Report) -> str:
    """What stands before a total that something is missing from."""
    return "at least " if report.totals.partial or report.coverage.unresolved_modules else ""
