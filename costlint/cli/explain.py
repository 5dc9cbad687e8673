"""`costlint explain`: a rule's page, or the full arithmetic at a place."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from costlint.cli.options import input_options, print_options, resolve_config, roots_option
from costlint.cli.rule_names import complete_rule_or_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from costlint.config import Config
    from costlint.model import Report

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?")


@click.command("explain")
@click.argument("what", metavar="RULE|PATH:LINE", shell_complete=complete_rule_or_place)
@click.option("--profile", type=click.Choice(["default", "audit"]), help="audit adds governance and guesses.")
@roots_option("outward from the place")
@input_options
@print_options
def command(what: str, roots: tuple[str, ...], color: bool | None, **options: Any) -> int:
    """Show a rule's page, or every finding and bill at a place: quantity × unit price, source, date,
    assumptions, and the way from the resource to the line.

    \b
    Examples:
      costlint explain STO001
      costlint explain gp2-volume
      costlint explain infra/prod.tfvars:12
      costlint explain modules/gpu/main.tf:40 --in infra/prod

    The first line of a block, or a line nothing leads to, stands for the whole block.
    """
    place = _PLACE.fullmatch(what)
    if place is not None:
        path, line = _as_shown(place["path"]), int(place["line"])
        lines = _line_count(path)
        if not 0 < line <= lines:
            raise click.UsageError(f"there is no line {line} in {path}: it has {lines}")
        config = resolve_config(roots or (path,), **options).override(min_saving=0)
        return _place(path, line, roots, config, color)
    if Path(what).is_file():
        raise click.UsageError(f"{what} is a file: name a line of it too, such as {what}:1")
    if Path(what).is_dir():
        raise click.UsageError(f"{what} is a directory: name a line of a file, such as {what.rstrip('/')}/main.tf:1")
    return _rule(what, resolve_config(roots, **options), color)


def _rule(what: str, config: Config, color: bool | None) -> int:
    from costlint.cli.output import page_width, painter, write
    from costlint.cli.rulebook import find_rule
    from costlint.reports.explain import explain_rule

    write(explain_rule(find_rule(what, config), width=page_width(), paint=painter(color)), None)
    return 0


def _as_shown(path: str) -> str:
    """The path as reports write it: relative to the current directory, whatever links lead there."""
    folder, name = os.path.split(path)
    return os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath("."))  # noqa: PTH118


def _line_count(path: str) -> int:
    try:
        with Path(path).open("rb") as file:
            return max(1, sum(1 for _ in file))
    except OSError:
        raise click.UsageError(f"there is no file {path}") from None


def _place(path: str, line: int, roots: tuple[str, ...], config: Config, color: bool | None) -> int:
    """What is deployed there, looking outward until something is; else what is written there, if only in a library.
    The first line of a block, and a line nothing leads to, stand for the whole block."""
    from costlint.cli.output import painter, width, write
    from costlint.cli.running import scan
    from costlint.quoting import with_lines
    from costlint.readers.kubernetes import enclosing as manifests
    from costlint.readers.terraform import enclosing as terraform
    from costlint.reports.explain import explain_place

    is_manifest = path.endswith((".yaml", ".yml"))
    around = (manifests if is_manifest else terraform).lines_around(path, line) or (line, line)
    places = [around] if line == around[0] else [(line, line), around]
    fallback = ""
    for attempt in [roots] if roots else _outward(path):
        report = with_lines(scan(attempt, config))
        for part in (_deployed(report), report):
            for first, last in places:
                text = explain_place(part, path, first, last, width=width(), paint=painter(color))
                if text and part is not report and not (is_manifest and _without_cluster(report, path)):
                    write(text, None)
                    return 0
                fallback = fallback or text
    looked = " ".join(attempt) if attempt != (".",) else "the current directory"
    nothing = f"Nothing at {path}:{line}: no finding leads there, and no resource {looked} deploys is written there.\n"
    write(fallback or nothing, None)
    return 0


def _deployed(report: Report) -> Report:
    return replace(report, stacks=tuple(result for result in report.stacks if not result.stack.library))


def _without_cluster(report: Report, path: str) -> bool:
    """Whether a manifest is in a stack of manifests alone: further out there may be the cluster it runs on."""
    return not any(path in result.stack.files for result in report.stacks if result.stack.kind in ("terraform", "plan"))


def _outward(path: str) -> Iterator[tuple[str, ...]]:
    """The file's directory, then those above it: what a line costs is known where its module is called from.

    Ends at the repository's root, or at the current directory outside of one.
    """
    folder = Path(path).absolute().parent
    above = [folder, *folder.parents]
    end = next((i for i, d in enumerate(above) if (d / ".git").exists()), None)
    if end is None:
        end = above.index(Path.cwd()) if Path.cwd() in above else 0
    for directory in above[: end + 1]:
        yield (os.path.relpath(directory),)
