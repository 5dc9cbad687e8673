"""`costlint baseline`: the findings that are there today are put aside, and only new ones are told."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from costlint.cli.groups import Verbs
from costlint.cli.options import config_options, finding_options, print_options, resolve_config, together

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from costlint.baseline import Baseline, Entry
    from costlint.config import Config
    from costlint.model import Report


_PATHS = click.argument("paths", nargs=-1, type=click.Path(exists=True))
_scanning = together(
    _PATHS,
    click.option("--quiet", "-q", is_flag=True, help="Say nothing if all went well."),
    finding_options,
    print_options,
)


@click.group("baseline", cls=Verbs)
def command() -> None:
    """Adopt costlint where there is waste already: put aside what is found today, and be told only what is new.

    The baseline is a file beside the configuration (.costlint/baseline.json) that belongs into the repository. What is
    in it is left out of findings, totals and thresholds, and counted in one line.

    \b
    Examples:
      costlint baseline write
      costlint baseline show
      costlint baseline prune
    """


@command.command("write")
@_scanning
def write_(paths: tuple[str, ...], quiet: bool, color: bool | None, **options: Any) -> int:
    """Put every finding at PATHS (default: what the configuration is for) into the baseline.

    So are those that are not shown because a better one changes the same text: they would be next.
    Those that are in it already keep their day; entries about other paths stay as they are.

    \b
    Examples:
      costlint baseline write
      costlint baseline write infra/legacy
    """
    config, where = _configured(paths, options)

    from msgspec.structs import replace

    from costlint.baseline import entries_in, write_baseline
    from costlint.cli.output import write

    report, baseline, file, base = _scanned(where, config, quiet)
    today = str(config.as_of or date.today())
    old = {(entry.fingerprint, entry.stack): entry for entry in baseline.entries}
    new = entries_in(report, base, today)
    gone = set(baseline.stale(report, whole=not paths))
    kept = {key: entry for key, entry in old.items() if entry not in gone}
    dated = {key: replace(entry, since=old[key].since) if key in old else entry for key, entry in new.items()}
    write_baseline(file, {**kept, **dated}.values())
    if not quiet:
        write(_said(dated.values(), f"in {os.path.relpath(file)}", len(gone)), None)
    return 0


@command.command("show")
@_PATHS
@config_options
@print_options
def show(paths: tuple[str, ...], color: bool | None, **options: Any) -> int:
    """List what the baseline holds, dearest first, without scanning anything.

    \b
    Examples:
      costlint baseline show
    """
    config, where = _configured(paths, options)

    from costlint.baseline import baseline_file, read_baseline
    from costlint.cli.output import painter, table_width, write
    from costlint.reports.columns import table

    file, _ = baseline_file(config, where)
    shown = os.path.relpath(file)
    if not file.is_file():
        write(f"There is no baseline at {shown}; costlint baseline write makes one.\n", None)
        return 0
    entries = sorted(read_baseline(file, shown), key=lambda one: (-(one.saving or 0.0), one))
    rows = [(_saving(one), one.rule, one.since, one.place, one.address) for one in entries]
    head = ("saving", "rule", "since", "file", "address")
    lines = table(head, rows, right=(0,), width=table_width(), paint=painter(color)) if rows else []
    write("".join(line + "\n" for line in lines), None)
    write(_said(entries, f"in {shown}", 0), None)
    return 0


@command.command("prune")
@_scanning
def prune(paths: tuple[str, ...], quiet: bool, color: bool | None, **options: Any) -> int:
    """Take out of the baseline what is mended or gone at PATHS (default: what the configuration is for).

    Nothing is added. What follows a file that was renamed is written anew, under its new name.

    \b
    Examples:
      costlint baseline prune
    """
    config, where = _configured(paths, options)

    from msgspec.structs import replace

    from costlint.baseline import entries_in, write_baseline
    from costlint.cli.output import write

    report, baseline, file, base = _scanned(where, config, quiet)
    if not file.is_file():
        raise click.UsageError(f"there is no baseline at {os.path.relpath(file)}; costlint baseline write makes one")
    gone = set(baseline.stale(report, whole=not paths))
    found = entries_in(report, base, "")
    now = {(one.rule, one.address): one for one in found.values()}
    kept = []
    for entry in baseline.entries:
        if entry not in gone:
            moved = None if (base / entry.place).exists() else now.get((entry.rule, entry.address))
            here = moved or found.get((entry.fingerprint, entry.stack))
            kept.append(replace(moved or entry, since=entry.since, lesser=(here or entry).lesser))
    write_baseline(file, kept)
    if not quiet:
        write(_said(kept, f"in {os.path.relpath(file)}", len(gone)), None)
    return 0


def _configured(paths: tuple[str, ...], options: dict[str, Any]) -> tuple[Config, tuple[str, ...]]:
    """The configuration, and what to scan: the paths, else everything it is for."""
    config = resolve_config(paths or (".",), **options)
    if paths:
        return config, paths
    if config.file:
        return config, (os.path.dirname(config.file) or ".",)  # noqa: PTH120
    from costlint.sources import open_directory

    return config, (os.path.relpath(open_directory(".")[0].root),)


def _scanned(paths: tuple[str, ...], config: Config, quiet: bool) -> tuple[Report, Baseline, Path, Path]:
    """Every finding at the paths, the baseline with what it met of them and of what they take the place of, its file
    and its directory."""
    from msgspec.structs import replace

    from costlint.baseline import Baseline, baseline_file, read_baseline
    from costlint.cli.running import scan

    file, base = baseline_file(config, paths)
    report = scan(paths, replace(config, use_baseline=False, guard_rails=()), quiet)
    entries = read_baseline(file, os.path.relpath(file)) if file.is_file() else ()
    baseline = Baseline(entries, file, base)
    for finding in (*report.findings, *(one for one in report.beaten if not one.suppressed)):
        for one in finding.stacks:
            baseline.accepts(one.fingerprint, one.stack, finding.rule.id, one.addresses)
    return report, baseline, file, base


def _saving(entry: Entry) -> str:
    """What an entry saves; in brackets what is no saving beside a better one for the same edit."""
    from costlint.reports.amounts import dollars

    if entry.saving is None:
        return "-"
    said = f"{dollars(entry.saving)}/mo"
    return f"({said})" if entry.lesser else said


def _said(entries: Collection[Entry], where: str, gone: int) -> str:
    from costlint.baseline import worth_of
    from costlint.reports.amounts import counted, dollars

    out = f"; {counted(gone, 'entry', 'entries')} taken out, mended or gone" if gone else ""
    return f"{counted(len(entries), 'finding')} worth {dollars(worth_of(entries))}/month {where}{out}\n"
