"""A rule's page, and everything known about one place: findings and bills with their full arithmetic."""

from __future__ import annotations

from costlint.model import Finding, Money, Report, Rule
from costlint.reports.amounts import counted, dollars, in_its_currency, money, three_ways
from costlint.reports.bills import bill_blocks, bills_at, change_lines, meets
from costlint.reports.changes import diff
from costlint.reports.commitments import commitment_lines
from costlint.reports.escaping import printable, printable_block
from costlint.reports.findings import acceptance
from costlint.reports.layout import Paint, indented, line, plain, spread
from costlint.reports.ranking import ranked

_COPIES = 3
_MOST_EDITS = 10
_PROFILES = {"mixed": "default for some of its cases, audit for the others"}


def explain_rule(rule: Rule, *, width: int = 100, paint: Paint = plain) -> str:
    """The page of a rule: what it is, why it costs money, whether the change is safe, where to read on."""
    lines = [line([(printable(f"{rule.id} {rule.name}"), "strong")], width, paint)]
    lines += [*indented(printable(rule.title), 0, width), ""]
    facts = {
        "Severity": f"{rule.severity}, confidence {rule.confidence}",
        "Practice": rule.practice,
        "Phase": rule.phase,
        "Profile": _PROFILES.get(rule.profile, rule.profile),
        "Fix": rule.fix,
        "Formerly": ", ".join(rule.aliases),
    }
    lines += [
        line([(name.ljust(10), "dim"), (printable(fact), "plain")], width, paint)
        for name, fact in facts.items()
        if fact
    ]
    if rule.why.strip():
        lines += ["", *_paragraphs(rule.why, width, paint)]
    if rule.references:
        lines += ["", paint("References", "dim"), *(f"  {printable(reference)}" for reference in rule.references)]
    return "\n".join(lines) + "\n"


@in_its_currency
def explain_place(
    report: Report, file: str, first: int, last: int = 0, *, width: int = 100, paint: Paint = plain
) -> str:
    """Every finding that stands on, or leads through, the lines `first` to `last` of a file (one line if there is no
    `last`), and the bill of every resource there.

    "" if there is neither. `file` is written as spans write it.
    """
    lines = range(first, max(first, last) + 1)
    findings = [f for f in ranked((*report.findings, *report.suppressed)) if _concerns(f, file, lines)]
    blocks = [_finding(finding, width, paint) for finding in findings]
    bills = bills_at(report, file, lines, findings)
    blocks += bill_blocks(bills, width, paint)
    if any(part.terms and part.terms.capacity for billed in bills for part in billed.estimate.components):
        blocks += filter(None, [commitment_lines(report.commitments, width, paint)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n" if blocks else ""


def _concerns(finding: Finding, file: str, lines: range) -> bool:
    spans = [finding.span, *(origin.span for origin in finding.chain)]
    spans += [change.span for change in finding.changes if change.span is not None]
    return any(meets(span, file, lines) for span in spans)


def _finding(finding: Finding, width: int, paint: Paint) -> list[str]:
    lines = [line([(printable(f"{finding.rule.id} {finding.rule.name}"), finding.severity)], width, paint)]
    lines += [paint(part, "strong") for part in indented(printable(finding.message), 2, width)]
    if finding.suppressed:
        lines += indented(f"suppressed: {acceptance(finding)}", 2, width)
    lines.append("  " + paint(f"fingerprint        {printable(finding.fingerprint)}", "dim"))
    if finding.saving is not None and finding.current is not None and finding.proposed is not None:
        lines.append(f"  as written         {money(finding.current)}/month")
        lines.append(f"  with the change    {money(finding.proposed)}/month")
        mark = "~" if finding.assumed else ""
        lines.append("  " + paint(f"saving             {mark}{money(finding.saving)}/month", "amount"))
        if round(finding.saving.low, 2) != round(finding.saving.high, 2):
            lines += indented(_range(finding.current, finding.proposed), 21, width)
        if ways := three_ways(finding.saving, finding.list_saving, finding.cash_saving):
            lines.append(f"                     {ways}")
        for one in finding.freed:
            how = "its nodes go by themselves" if one.scales else "a saving once it has fewer nodes"
            lines += indented(f"{money(one.amount)}/month of it frees {printable(one.pool)}: {how}", 2, width)
    elif finding.saving is not None:
        lines.append("  " + paint(f"saving {money(finding.saving)}/month", "amount"))
    if finding.exposure is not None:
        lines.append(f"  at stake           {money(finding.exposure)}/month")
    for reason in finding.unpriced:
        lines += indented(f"unpriced: {printable(reason)}", 2, width)
    lines += _stacks(finding, width)
    if len(finding.addresses) > 1:
        shown = ", ".join(map(printable, finding.addresses[:_COPIES]))
        rest = len(finding.addresses) - _COPIES
        lines += indented(f"for {shown}" + (f" and {rest} more" if rest > 0 else ""), 2, width)
    edits = finding.changes[:_MOST_EDITS]
    heads = [(f"in {change.address}", f"at {change.span}" if change.span else "") for change in edits]
    for index, change in enumerate(edits):
        if index == 0 or heads[index] != heads[index - 1]:
            lines += spread([(printable(part), "dim") for part in heads[index] if part], 2, width, paint)
        lines += [line([("    ", "plain"), piece], width, paint) for piece in diff(change)]
    if len(finding.changes) > len(edits):
        lines.append(paint(f"  +{counted(len(finding.changes) - len(edits), 'more edit')} like these", "dim"))
    for assumption in finding.assumptions:
        lines += indented(printable(assumption), 2, width)
    if finding.chain:
        lines.append("  " + paint("written", "dim"))
        lines += [f"    {printable(str(origin.span))}  {printable(origin.what)}" for origin in finding.chain]
    return [*lines, *change_lines(finding, width, paint)]


def _range(current: Money, proposed: Money) -> str:
    """Where the ends of a saving's range come from."""
    low, high = (f"{dollars(current[end])} − {dollars(proposed[end])}" for end in (0, 2))
    return f"range: every quantity at its low end ({low}) or at its high end ({high})"


def _stacks(finding: Finding, width: int) -> list[str]:
    """What a finding is worth in each of the stacks that share its line."""
    if len(finding.stacks) < 2:
        return []
    lines: list[str] = []
    for one in finding.stacks:
        amount = one.saving or one.exposure
        worth = f"{money(amount)}/month" if amount else "unpriced"
        lines += indented(f"{printable(one.stack)}: {worth}{'' if one.counted else ', not added'}", 2, width)
    return lines


def _paragraphs(text: str, width: int, paint: Paint) -> list[str]:
    """Markdown for a terminal: lists and code keep their lines, headings lose their marks, prose is wrapped anew."""
    lines: list[str] = []
    prose: list[str] = []
    code = False
    for written in [*printable_block(text.strip()), ""]:
        fence = written.lstrip().startswith("```")
        stands = code or fence or not written or written[0] in " #-*|"
        if not stands:
            prose.append(written)
            continue
        if prose:
            lines += indented(" ".join(prose), 0, width)
            prose = []
        heading = not code and written.startswith("#")
        lines.append(paint(written.lstrip("# "), "strong") if heading else written)
        code = code != fence
    return lines[:-1]
