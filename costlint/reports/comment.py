"""A comparison as the comment of a pull request: the verdict, what drives it, what is new and what to write instead.

Everything of a comparison is taken to be a stranger's text: it is cut, escaped, and mentions nobody the caller has not
named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from costlint.model import RailResult
from costlint.model.currency import Currency, showing
from costlint.model.differences import Diff, FindingDelta, ResourceDelta, StackDelta
from costlint.reports.amounts import counted, dollars, money
from costlint.reports.comment_details import MOST_ERRORS, details, facts, why
from costlint.reports.comment_dialects import DIALECTS, Dialect, length
from costlint.reports.comment_edits import edit_lines
from costlint.reports.comment_links import LineLink, no_link
from costlint.reports.diff_words import (
    arrow,
    cause_place,
    is_told_before,
    least_before_and_after,
    signed,
    stack_beside,
    told_by_usage,
    verdict,
)
from costlint.reports.limits import QUIET_BELOW
from costlint.reports.markdown_text import code_block

TOP_FINDINGS = 5
TOP_DRIVERS = 5
_TOP_BY_USAGE = 3
_MOST_RAILS = 10
_MOST_EDITS = 8
_LONGEST = 240
_LONGEST_MESSAGE = 1000
_MENTION = re.compile(r"@[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*|@<[0-9A-Fa-f-]{36}>|@\{[0-9A-Za-z:-]+\}")


class Manner(NamedTuple):
    """How a comment is written: for which platform, with which links, and whom it may mention (None: every owner the
    comparison names). `link_before` is for lines of the state before the change."""

    dialect: Dialect
    link: LineLink = no_link
    mentions: Collection[str] | None = None
    link_before: LineLink = no_link

    def prose(self, text: str) -> str:
        return self.dialect.prose(cut(text))

    def code(self, text: str) -> str:
        return self.dialect.code(cut(text))

    def message(self, text: str) -> str:
        """What is said about the input, in whole sentences as far as there is room: it may tell what to do."""
        return self.dialect.prose(_whole(text, _LONGEST_MESSAGE))

    def place(self, file: str, first: int, last: int = 0, *, before: bool = False) -> str:
        """A place as people copy it, a link where there is an address; "" for none. `before`: of the state before the
        change, as of what is removed."""
        if not file:
            return ""
        shown = self.code(f"{file}:{first}" if first > 0 else file)
        link = self.link_before if before else self.link
        target = link(file, first, last) if len(file) <= _LONGEST else ""
        return f"[{shown}]({target})" if target else shown

    def owner(self, who: str) -> str:
        """An owner, mentioned if that is allowed."""
        allowed = self.mentions is None or who in self.mentions
        return who if allowed and len(who) <= _LONGEST and _MENTION.fullmatch(who) else self.code(who)


def render(diff: Diff, manner: Manner) -> str:
    """The comment, without its marker, ending in a newline. What the platform has no room for is left out in whole
    blocks, and said."""
    with showing(_currency(diff)):
        return _fitting(_blocks(diff, manner), manner.dialect)


def is_worth_saying(diff: Diff) -> bool:
    """Whether anything is new, or the bill moves by more than a trifle, or a limit is crossed, or what can no longer be
    read leaves that open."""
    moved = max(abs(diff.total.known.likely), abs(diff.total.aside.likely)) if diff.costs_compared else 0.0
    broken = bool(diff.newly_unreadable)
    crossed = any(rail.crossed for rail in diff.rails)
    return bool(diff.of_status("new")) or crossed or broken or round(moved, 2) >= QUIET_BELOW


def resolved(diff: Diff, manner: Manner) -> str:
    """What takes the place of an earlier comment once there is nothing to say."""
    with showing(_currency(diff)):
        said = f"Nothing is new, and the bill moves by less than {dollars(QUIET_BELOW)}/mo: nothing is left to look at."
        head = f"### {manner.prose(verdict(diff))}"
        return "\n\n".join([head, manner.prose(said), _footer(diff, manner)]) + "\n"


def plain(diff: Diff) -> str:
    """The same for a file: without links, and mentioning nobody."""
    return render(diff, Manner(DIALECTS["github"], mentions=()))


def cut(text: str, longest: int = _LONGEST) -> str:
    """The beginning of a text."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _whole(text: str, longest: int) -> str:
    """The beginning of a text up to the end of a sentence, else of a word."""
    if len(text) <= longest:
        return text
    for end in (". ", " "):
        at = text.rfind(end, longest // 2, longest - 1)
        if at > 0:
            return f"{text[: at + len(end.rstrip())]} …"
    return cut(text, longest)


def _currency(diff: Diff) -> Currency:
    return Currency(cut(diff.currency.code, 8), diff.currency.rate, diff.currency.date)


class _Block(NamedTuple):
    """A piece that is shown whole or not at all; `what` it is for people who do not see it."""

    what: str
    text: str


def _blocks(diff: Diff, manner: Manner) -> list[_Block]:
    new = diff.of_status("new")
    shown = new[:TOP_FINDINGS]
    found = [
        _Block("the verdict", f"### {manner.prose(verdict(diff))}"),
        _Block("errors", _errors(diff, manner)),
        _Block("limits", _rails(diff.rails, manner)),
        _Block("what drives it", _drivers(diff, manner)),
        _Block("what rests on usage", _by_usage(diff, manner)),
    ]
    sure = [one for one in shown if not one.usage_based]
    unsure = [one for one in shown if one.usage_based]
    for title, group in (("New", sure), ("New, and worth this if usage is as assumed", unsure)):
        head = f"**{title}**\n\n"
        for number, one in enumerate(group):
            found.append(_Block("a finding", (head if not number else "") + _finding(one, manner)))
    rest = new[len(shown) :]
    if rest:
        worth = sum(one.gain for one in rest)
        said = f"and {counted(len(rest), 'more new finding')}"
        found.append(_Block("", manner.prose(said + (f" worth {dollars(worth)}/mo" if round(worth, 2) > 0 else ""))))
    found += [_Block("assumptions and notes", details(diff, shown, manner)), _Block("", _footer(diff, manner))]
    return [block for block in found if block.text]


def _errors(diff: Diff, manner: Manner) -> str:
    errors = diff.newly_unreadable
    lines = []
    for one in errors[:MOST_ERRORS]:
        place = manner.place(one.file, one.line)
        lines.append(f"- **ERROR** {place + ': ' if place else ''}{manner.message(one.message)}")
    rest = len(errors) - len(lines)
    return "\n".join([*lines, f"- and {counted(rest, 'more error')}"] if rest > 0 else lines)


def _rails(rails: Iterable[RailResult], manner: Manner) -> str:
    lines = []
    for rail in [one for one in rails if one.crossed][:_MOST_RAILS]:
        word = "FAIL" if rail.action == "fail" else "WARN"
        owners = " ".join(map(manner.owner, rail.owners))
        lines.append(f"- **{word}** {manner.prose(rail.message)}" + (f" · {owners}" if owners else ""))
    return "\n".join(lines)


def _drivers(diff: Diff, manner: Manner) -> str:
    drivers = diff.drivers
    if drivers:
        unreadable = {one.file for one in diff.newly_unreadable}
        rows = [_driver(one, unreadable, manner) for one in drivers[:TOP_DRIVERS]]
        rest = len(drivers[TOP_DRIVERS:])
        moved = sum(one.fixed.likely for one in drivers[TOP_DRIVERS:])
    else:
        stacks = [one for one in diff.stacks if round(one.delta.likely, 2) and one.counted]
        if diff.detail != "stack" or not stacks:
            return ""
        rows = [_stack(one, manner) for one in stacks[:TOP_DRIVERS]]
        moved = sum(one.delta.likely for one in stacks[TOP_DRIVERS:])
        rest = len(stacks[TOP_DRIVERS:])
    lines = _rows(("a month", "resource", "why"), rows, manner)
    more = f"and {rest:,} more worth {signed(moved)}/mo" if rest else ""
    return "\n".join(lines) + (f"\n\n{manner.prose(more)}" if more else "")


def _driver(one: ResourceDelta, unreadable: Collection[str], manner: Manner) -> tuple[str, str, str]:
    mark = "~" if one.inferred else ""
    file, number = cause_place(one)
    place = manner.place(file, number, before=is_told_before(one))
    stack = stack_beside(one.stack, file)
    where = f" ({manner.prose(stack)})" if stack else ""
    amount = manner.prose(f"{arrow(one.fixed.likely)} {mark}{signed(one.fixed.likely)}")
    return (
        amount,
        f"{manner.code(one.address)}{' ' + place if place else ''}{where}",
        manner.prose(why(one, unreadable)),
    )


def _stack(one: StackDelta, manner: Manner) -> tuple[str, str, str]:
    amount = manner.prose(f"{arrow(one.delta.likely)} {signed(one.delta.likely)}")
    return amount, manner.code(one.name), manner.prose(f"{dollars(one.before.likely)} → {dollars(one.after.likely)}")


def _rows(head: tuple[str, str, str], rows: Iterable[tuple[str, str, str]], manner: Manner) -> list[str]:
    if manner.dialect.tables:
        return [f"| {' | '.join(head)} |", "|---:|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return [f"- **{amount}** {what}" + (f": {why}" if why else "") for amount, what, why in rows]


def _by_usage(diff: Diff, manner: Manner) -> str:
    moving = told_by_usage(diff)
    if not moving:
        return ""

    def ends(one: ResourceDelta) -> str:
        return f"{signed(one.usage.low)} to {signed(one.usage.high)}/mo (likely {signed(one.usage.likely)})"

    lines = [
        f"- {manner.prose(ends(one))} {manner.code(one.address)} {manner.prose(why(one))}".rstrip()
        for one in moving[:_TOP_BY_USAGE]
    ]
    if len(moving) > _TOP_BY_USAGE:
        lines.append(f"- and {len(moving) - _TOP_BY_USAGE} more")
    return "**By usage**, of which only a range is known\n\n" + "\n".join(lines)


def _finding(one: FindingDelta, manner: Manner) -> str:
    head = f"**{manner.prose(worth(one))}** {manner.prose(one.message or one.title)}"
    parts = [" · ".join(part for part in (head, *facts(one, manner)) if part)]
    lines = edit_lines(one, _MOST_EDITS)
    if lines:
        parts.append(code_block(lines, "diff"))
    return "\n\n".join(parts)


def worth(one: FindingDelta) -> str:
    """What stands before a finding; a range where it rests on usage."""
    if one.saving is not None:
        if one.usage_based:
            return f"{money(one.saving.money)}/mo"
        return f"{'~' if one.assumed else ''}{dollars(one.gain)}/mo"
    return f"{dollars(one.exposure.likely)} at stake" if one.exposure is not None else "unpriced"


def _footer(diff: Diff, manner: Manner) -> str:
    sums = diff.total
    parts = []
    if diff.costs_compared:
        least = least_before_and_after(diff)
        parts.append(f"Total {least[0]}{dollars(sums.before.likely)} → {least[1]}{dollars(sums.after.likely)}/month")
    if diff.findings_compared:
        alike = len(diff.of_status("unchanged"))
        parts.append(f"{counted(alike, 'finding')} as before" if alike else "")
    for severity in ("error", "warning"):
        known = sum(one.before and one.severity == severity for one in diff.diagnostics)
        parts.append(f"{counted(known, f'input {severity}')} as before" if known else "")
    commit = diff.base.commit[:8]
    label = cut(diff.base.label, 60) if not commit or not diff.base.label.startswith("HEAD") else ""
    parts.append("compared with " + (f"{label} ({commit})" if label and commit else label or commit))
    return manner.prose(" · ".join(part for part in parts if part))


def _fitting(blocks: list[_Block], dialect: Dialect) -> str:
    """The blocks there is room for, in their order; the last one (where everything came from) always."""
    limit = dialect.limit - _RESERVED
    *others, footer = blocks
    left = limit - length(footer.text)
    kept: list[str] = []
    dropped: list[str] = []
    for block in others:
        needed = length(block.text) + 2
        if needed <= left:
            kept.append(block.text)
            left -= needed
        else:
            dropped.append(block.what)
    if dropped:
        kept.append(f"*Left out, because {dialect.title} takes no longer comment: {_listed(dropped)}.*")
    return "\n\n".join([*kept, footer.text]) + "\n"


_RESERVED = 600
"""For the marker and for what is said about blocks that are left out."""


def _listed(dropped: list[str]) -> str:
    findings = dropped.count("a finding")
    others = [what for what in dict.fromkeys(dropped) if what and what != "a finding"]
    return ", ".join([*([counted(findings, "finding")] if findings else []), *others])
