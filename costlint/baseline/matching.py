"""Which findings a baseline holds back, and which of its entries are about nothing any more."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from costlint.baseline.entries import Entry
from costlint.config import Config
from costlint.graph import block_address
from costlint.model import Acceptance, BaselineUse, Finding, Report
from costlint.sources import SourceError, open_directory

REASON = "in the baseline"


class Baseline:
    """The entries of a baseline file, for findings of paths as people see them from here."""

    def __init__(self, entries: Sequence[Entry], path: Path, base: Path) -> None:
        self.file = os.path.relpath(path)
        self.entries = entries
        self._base = base
        self._known = {(entry.fingerprint, entry.stack): entry for entry in entries}
        self._gone: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            if entry.place and not (base / entry.place).exists():
                self._gone.setdefault((entry.rule, entry.address), []).append(entry)
        self._met: set[Entry] = set()

    def accepts(self, fingerprint: str, stack: str, rule: str, addresses: Sequence[str]) -> Acceptance | None:
        """Why a finding of a stack is not told again; None if the baseline does not hold it. One whose file was renamed
        or whose directory has moved is known by its rule and address."""
        entry = self._known.get((fingerprint, portable(stack, self._base)))
        if entry is None:
            moved = self._gone.get((rule, address_of(addresses)), [])
            entry = moved[0] if len(moved) == 1 else None
        if entry is None:
            return None
        self._met.add(entry)
        since = f" since {entry.since}" if entry.since else ""
        return Acceptance(REASON + since, self.file)

    def holds(self, finding: Finding) -> bool:
        """Whether this is why a finding of a report is not told again."""
        return finding.acceptance is not None and finding.acceptance.place == self.file

    def stale(self, report: Report, *, whole: bool) -> list[Entry]:
        """The entries that held nothing back, though what they are about was scanned (`whole`: everything was)."""
        scanned = {portable(result.stack.name, self._base) for result in report.stacks}
        return [entry for entry in self.entries if entry not in self._met and (whole or entry.stack in scanned)]

    def use(self, report: Report, *, whole: bool) -> BaselineUse:
        """What the baseline did in a run."""
        held, lesser = ([one for one in some if self.holds(one)] for some in (report.suppressed, report.beaten))
        return BaselineUse(
            file=self.file,
            hidden=len(held),
            worth=sum(finding.gain for finding in held) - sum(finding.gain for finding in lesser),
            stale=len(self.stale(report, whole=whole)),
        )


def baseline_file(config: Config, paths: Sequence[str]) -> tuple[Path, Path]:
    """Where the baseline of a run is, whether it is there or not, and the directory its paths are relative to: that of
    the configuration, else the root of the repository."""
    base = Path(config.base) if config.base else _root(paths[0] if paths else ".")
    return base / config.baseline, base


def _root(path: str) -> Path:
    try:
        return open_directory(path)[0].root
    except SourceError:  # what is wrong with it is said where it is read
        return Path.cwd()


def entries_in(report: Report, base: Path, day: str) -> dict[tuple[str, str], Entry]:
    """An entry for everything a report tells, and for what it would tell once that is accepted, by fingerprint and
    stack."""
    open_ones = entries_of((one for one in report.beaten if not one.suppressed), base, day)
    lesser = (replace(entry, lesser=True) for entry in open_ones)
    return {(entry.fingerprint, entry.stack): entry for entry in (*lesser, *entries_of(report.findings, base, day))}


def entries_of(findings: Iterable[Finding], base: Path, day: str) -> list[Entry]:
    """An entry for every stack each finding is in."""
    found = []
    for finding in findings:
        for one in finding.stacks:
            worth = one.cash_saving or one.saving
            found.append(
                Entry(
                    place=portable(finding.span.file, base),
                    rule=finding.rule.id,
                    address=address_of(one.addresses),
                    stack=portable(one.stack, base),
                    fingerprint=one.fingerprint,
                    saving=round(worth.likely, 2) if worth else None,
                    since=day,
                )
            )
    return list({(entry.fingerprint, entry.stack): entry for entry in found}.values())


def portable(shown: str, base: Path) -> str:
    """A path or the name of a stack as it is from the directory a baseline is for, wherever costlint is started."""
    path, bracket, rest = shown.partition(" [")
    try:
        place = Path(os.path.realpath(path)).relative_to(os.path.realpath(base)).as_posix()
    except ValueError:
        place = path
    return place + bracket + rest


def address_of(addresses: Sequence[str]) -> str:
    """The block a finding is about: instances come and go."""
    return min((block_address(address) for address in addresses), default="")
