"""What a commit would add, for the person who is about to make it."""

from __future__ import annotations

from costlint.model import Report
from costlint.reports.amounts import counted, dollars, in_its_currency, worth
from costlint.reports.findings import SHOWN, finding_lines
from costlint.reports.layout import Paint, plain, wrapped
from costlint.reports.ranking import ranked

_TOP = 5


@in_its_currency
def render(report: Report, *, width: int = 100, paint: Paint = plain) -> str:
    """The new findings, dearest first, and the two ways on; text that ends in a newline."""
    findings = ranked(report.findings)
    shown = findings[:_TOP]
    month = dollars(sum(finding.gain for finding in findings))
    lines = [paint(f"{counted(len(findings), 'new finding')} worth {month}/month in what is staged", "strong"), ""]
    gutter = max(len(worth(finding)) for finding in shown)
    for finding in shown:
        lines += finding_lines(finding, gutter, width, paint, fingerprint=True)
    if len(findings) > _TOP:
        rest = dollars(sum(finding.gain for finding in findings[_TOP:]))
        lines.append(f"+{len(findings) - _TOP} more worth {rest}/month: costlint diff --base HEAD --all")
    accept = f'costlint ignore {shown[0].fingerprint[:SHOWN]} --reason "…" accepts one'
    lines += ["", *wrapped(f"{accept}; git commit --no-verify commits all the same.", width)]
    return "\n".join(lines) + "\n"


@in_its_currency
def render_smaller(report: Report, least: float, base: str) -> str:
    """One line, without its end, about new findings none of which is worth what stops a commit (`least`, USD a month):
    `base` is what they were compared with."""
    month = dollars(sum(finding.gain for finding in report.findings))
    each = ", each" if len(report.findings) > 1 else ","
    what = f"{counted(len(report.findings), 'new finding')} worth {month}/month"
    return f"{what}{each} under the {dollars(least)} that stops a commit (costlint diff --base {base})"
