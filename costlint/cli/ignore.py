"""`costlint ignore`: accepts findings, with a reason, in the configuration."""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from costlint.cli.options import DAY, input_options, print_options, resolve_config, roots_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from costlint.config import Config
    from costlint.model import Finding, Report

_WHOLE = 16
_SHORTEST = 4
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{_SHORTEST},{_WHOLE}}}")
_SHOWN = 8


@click.command("ignore")
@click.argument("fingerprints", nargs=-1, required=True, metavar="FINGERPRINT…")
@click.option("--reason", metavar="TEXT", help="Why this is accepted; needed.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="The last day this holds.")
@roots_option("what the configuration is for")
@input_options
@click.option("--quiet", "-q", is_flag=True, help="Say nothing if all went well.")
@print_options
def command(
    fingerprints: tuple[str, ...],
    reason: str | None,
    until: datetime | None,
    roots: tuple[str, ...],
    quiet: bool,
    color: bool | None,
    **options: Any,
) -> int:
    """Accept findings: write a waiver for each into the configuration, or give the one that is there another reason.

    FINGERPRINT is what `costlint scan --all`, `--format json` and `costlint explain` show, or its beginning. For files
    that take comments, `# costlint:ignore=RULE reason` on the line does the same. A waiver holds for as long as
    the finding is about the same text, wherever lines and files move.

    \b
    Examples:
      costlint ignore 3f2a9c1d --reason "the vendor supports gp2 only"
      costlint ignore 3f2a9c1d 77b01c52 --reason "until the move" --until 2027-03-31
      costlint ignore 3f2a9c1d --reason "agreed with finance" --in infra/prod --var-file prod.tfvars
    """
    if options["no_config"]:
        raise click.UsageError("a waiver is written into the configuration: --no-config leaves no place for it")
    why = _reason(reason)
    wanted = [_prefix(text) for text in fingerprints]
    config = resolve_config(roots or (".",), **options)
    last = _last_day(until, config)
    paths = roots or (_home(config),)

    from costlint.cli.output import write
    from costlint.cli.running import scan
    from costlint.config import Waiver
    from costlint.config.waiving import NewWaiver, write_waivers

    report = scan(paths, _everything(config), quiet)
    found = _chosen(wanted, report, paths)
    target = Path(config.file) if config.file else Path(_repository(paths[0])) / ".costlint.yaml"
    known = {waiver.fingerprint for waiver in config.waivers}
    write_waivers(
        target,
        [
            NewWaiver(Waiver(fingerprint, why, last, same[0].rule.id), _about(same[0]))
            for fingerprint, same in found.items()
        ],
    )
    if not quiet:
        file = report.baseline.file if report.baseline else ""
        lines = [_told(fingerprint, same, known, last, target) for fingerprint, same in found.items()]
        if any(_is_held(finding, file) for same in found.values() for finding in same):
            lines.append(f"{_plain(file)} need not hold it any more (costlint baseline prune)\n")
        write("".join(lines), None)
    return 0


def _reason(reason: str | None) -> str:
    text = " ".join((reason or "").split())
    if not text:
        raise click.UsageError('a finding is accepted for a reason: say it with --reason "…"')
    if not text.isprintable():
        raise click.UsageError("--reason: this is not plain text")
    return text


def _prefix(text: str) -> str:
    lowered = text.strip().lower()
    if _FINGERPRINT.fullmatch(lowered) is None:
        raise click.UsageError(
            f'"{text}" is no fingerprint: they are {_WHOLE} digits and letters (0-9, a-f), of which the first '
            f"{_SHORTEST} or more will do; costlint scan --all shows them"
        )
    return lowered


def _last_day(until: datetime | None, config: Config) -> date | None:
    if until is None:
        return None
    today = config.as_of or date.today()
    if until.date() < today:
        raise click.UsageError(f"--until {until.date()} is over already: name a day to come, or none")
    return until.date()


def _home(config: Config) -> str:
    """What the configuration is for: the directory it lies in; without one, the repository around here."""
    return (os.path.dirname(config.file) or ".") if config.file else _repository(".")  # noqa: PTH120


def _repository(path: str) -> str:
    """The root of the repository around a path, the directory itself outside of one; relative to here."""
    folder = Path(path).absolute()
    folder = folder if folder.is_dir() else folder.parent
    root = next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)
    return os.path.relpath(root)


def _everything(config: Config) -> Config:
    """The configuration with which every finding is told, those that are accepted among them."""
    from msgspec.structs import replace

    return replace(config, profile="audit", min_saving=0, waivers=(), include_libraries=True)


def _chosen(wanted: Sequence[str], report: Report, paths: Sequence[str]) -> Mapping[str, list[Finding]]:
    """The findings each fingerprint or beginning of one means. Raises click.UsageError."""
    every: dict[str, list[Finding]] = {}
    for finding in (*report.findings, *report.suppressed, *(one for one in report.beaten if not one.suppressed)):
        for fingerprint in dict.fromkeys((finding.fingerprint, *(one.fingerprint for one in finding.stacks))):
            every.setdefault(fingerprint, []).append(finding)
    found: dict[str, list[Finding]] = {}
    file = report.baseline.file if report.baseline else ""
    for prefix in wanted:
        meant = [fingerprint for fingerprint in every if fingerprint.startswith(prefix)]
        if not meant:
            looked = " ".join(paths) if tuple(paths) != (".",) else "the current directory"
            raise click.UsageError(
                f"no finding in {looked} has the fingerprint {prefix}: name what to scan with --in, and give the "
                "options of the scan that showed it"
            )
        if len(meant) > 1:
            listed = "".join(f"\n  {fingerprint}  {_named(every[fingerprint][0])}" for fingerprint in sorted(meant))
            raise click.UsageError(f"{prefix} is the beginning of {len(meant)} fingerprints:{listed}")
        same = every[meant[0]]
        if all(finding.suppressed and not _is_held(finding, file) for finding in same):
            raise click.UsageError(
                f"{_named(same[0])} is accepted already, by a comment ({_plain(same[0].suppressed)})"
            )
        # One finding may have several: those of a module from elsewhere are told apart by the stack that calls it.
        alike = dict.fromkeys(one.fingerprint for finding in same for one in finding.stacks)
        found.update(dict.fromkeys((meant[0], *alike), same))
    return found


def _is_held(finding: Finding, baseline: str) -> bool:
    """Whether the file of the baseline is why a finding is not told."""
    return finding.acceptance is not None and finding.acceptance.place == baseline


def _named(finding: Finding) -> str:
    return f"{finding.rule.id} {finding.rule.name} at {_plain(finding.span.file)}:{finding.span.line}"


def _about(finding: Finding) -> str:
    """The words beside a waiver: no line, which would be wrong soon."""
    address = finding.addresses[0] if finding.addresses else finding.stack
    return _plain(f"{finding.span.file}: {address}")


def _told(fingerprint: str, same: Sequence[Finding], known: set[str], last: date | None, target: Path) -> str:
    until = f" until {last}" if last else ""
    what = "accepted with another reason" if fingerprint in known else "accepted"
    said = (f"{_named(finding)}: {what}{until} ({fingerprint[:_SHOWN]} in {target})\n" for finding in same)
    return "".join(dict.fromkeys(said))


def _plain(text: str) -> str:
    from costlint.reports.escaping import printable

    return printable(text)
