"""`--format` and `--output`: which formats are written, and where each goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from costlint.cli.options import Command, together
from costlint.spelling import did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from costlint.reports.formats import Look

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""What GitHub calls the file a step adds its part of the job's summary to."""


class Destination(NamedTuple):
    """A format and the file it goes to; `path` None is standard output. What is `added` goes behind what the file
    holds already."""

    form: str
    path: str | None = None
    added: bool = False


def output_options(names: Iterable[str]) -> Callable[[Command], Command]:
    """`--format`, `--output` and `--exit-zero` for a verb that writes these formats."""
    named = tuple(names)
    return together(
        click.option("--format", "form", type=click.Choice(named), help=f"How to write the report ({named[0]})."),
        click.option(
            "--output",
            "-o",
            "outputs",
            metavar="[FORMAT=]FILE",
            multiple=True,
            shell_complete=partial(_completed, named),
            help="Write to a file; several at once: -o sarif=out.sarif -o text.",
        ),
        click.option("--exit-zero", is_flag=True, help="Exit 0 once the report is written, whatever it says."),
    )


def _completed(names: Sequence[str], _: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The formats that begin like this, else files."""
    from click.shell_completion import CompletionItem

    named = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return named or [CompletionItem(incomplete, type="file")]


def destinations(form: str | None, outputs: Sequence[str], names: Sequence[str]) -> list[Destination]:
    """What is to be written where, the first of `names` to standard output if nothing is said. Raises
    click.UsageError for what cannot be meant, click.ClickException for a directory that is not there."""
    found: list[Destination] = []
    bare = False
    for output in outputs:
        name, equals, path = output.partition("=")
        if name in names:
            found.append(_named(name, path if equals else None, output))
        elif equals and "/" not in name and "." not in name and os.sep not in name:
            raise click.UsageError(_no_format(name, output, names))
        else:
            bare = True
            found.append(_named(form or names[0], output, output))
    if not outputs or (form is not None and not bare):
        found.insert(0, _named(form or names[0], None, form or ""))
    _check(found)
    return found


def write_all(
    found: Sequence[Destination],
    render: Callable[[str, Look], str],
    *,
    color: bool | None,
    everything: bool = False,
    quiet: bool = False,
) -> None:
    """Write what `render` makes of each format, standard output last. Raises click.ClickException if a file cannot be
    written."""
    from costlint.cli.output import painter, whole, width, write
    from costlint.reports.formats import Look

    for each in sorted(found, key=lambda one: one.path is None):
        paint = painter(color, to_file=each.path is not None)
        with whole(to_file=each.path is not None):
            text = render(each.form, Look(width(), everything, quiet, paint))
        write(text, each.path, added=each.added)


def _named(name: str, path: str | None, output: str) -> Destination:
    if path == "":
        raise click.UsageError(f"--output {output} names no file; {name} alone writes to standard output")
    if name == "github-summary":
        summary = os.environ.get(STEP_SUMMARY)
        if path is None and not summary:
            raise click.UsageError(
                f"{name}: {STEP_SUMMARY} is not set, so this is no job of GitHub; name a file: -o {name}=summary.md"
            )
        if path is None or path == summary:
            return Destination(name, summary, added=True)
    return Destination(name, None if path == "-" else path)


def _no_format(name: str, output: str, names: Sequence[str]) -> str:
    hint = did_you_mean(name, names, f"; there are {', '.join(names)}")
    return f'--output {output}: there is no format "{name}"{hint} (a file of that name is ./{output})'


def _check(found: Sequence[Destination]) -> None:
    standard = [each.form for each in found if each.path is None]
    if len(standard) > 1:
        first, second = standard[:2]
        raise click.UsageError(
            f"{first} and {second} would both go to standard output; give one of them a file: -o {second}=FILE"
        )
    seen: set[str] = set()
    for each in found:
        if each.path is None:
            continue
        real = os.path.realpath(each.path)
        if real in seen and Path(real).is_file() is Path(real).exists():
            raise click.UsageError(f"two reports would be written to {each.path}")
        seen.add(real)
        parent = Path(each.path).parent
        if not parent.is_dir():
            raise click.ClickException(f"cannot write {each.path}: there is no directory {parent}; make it first")
