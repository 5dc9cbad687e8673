"""`costlint diff`: what a change costs, and what it brings and mends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from costlint.cli.destinations import destinations, output_options, write_all
from costlint.cli.options import finding_options, print_options, resolve_config

if TYPE_CHECKING:
    from costlint.reports.formats import Look

_FORMATS = ("text", "json", "markdown")


@click.command("diff")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--base", metavar="REF", help="Compare with this branch, tag or commit.")
@click.option("--head", metavar="REF", help="Compare this commit with it; default: the files as they are here.")
@click.option("--two-dots", is_flag=True, help="Compare with REF itself, not with where the change left it.")
@click.option("--fetch", is_flag=True, help="Fetch REF without its history if a shallow clone lacks it.")
@output_options(_FORMATS)
@click.option("--all", "everything", is_flag=True, help="Every driver, finding and diagnostic.")
@click.option("--fail-on", metavar="LEVEL|SAVING", help="Exit 1 on a new finding this severe, or saving this ($100).")
@finding_options
@click.option("--quiet", "-q", is_flag=True, help="Nothing if nothing differs.")
@print_options
def command(
    paths: tuple[str, ...],
    base: str | None,
    head: str | None,
    two_dots: bool,
    fetch: bool,
    form: str | None,
    outputs: tuple[str, ...],
    exit_zero: bool,
    everything: bool,
    quiet: bool,
    color: bool | None,
    **options: Any,
) -> int:
    """Compare what is deployed before and after a change: how far the bill moves, what drives it, which findings are
    new or fixed.

    With --base, PATHS (default: here) are compared with a commit of the repository they lie in; nothing is checked out.
    Without it, PATHS are OLD and NEW: two directories, two plans from `terraform show -json`, or two files that
    `costlint scan` or `costlint estimate` wrote with --format json.

    \b
    Examples:
      costlint diff --base main
      costlint diff --base origin/main infra --fetch
      costlint diff --base v1.4 --head v1.5 infra
      costlint diff infra-before infra-after
      costlint diff plan-before.json plan-after.json
      costlint diff --base main --output text --output json=costlint-diff.json

    Exit codes: 0 done, 1 new findings at --fail-on, 2 usage or configuration, 3 some input could not be read,
    4 nothing to compare, 5 a guard rail of the configuration is crossed.
    """
    chosen = destinations(form, outputs, _FORMATS)
    _check(paths, base, head, two_dots=two_dots, fetch=fetch)
    here = (paths or (".",)) if base else paths[1:]
    config = resolve_config(here, **options)

    from costlint.cli.exits import DONE, diff_exit_code
    from costlint.cli.progress import progress_for
    from costlint.diffing.sides import between_paths, since_commit

    progress = progress_for(quiet)
    try:
        if base:
            found = since_commit(
                here, config, base, head or "", merge_base=not two_dots, fetch=fetch, progress=progress
            )
        else:
            found = between_paths(paths[0], paths[1], config, progress)
    finally:
        if progress is not None:
            progress.close()

    def written(form: str, look: Look) -> str:
        if form == "json":
            from costlint.reports import diff_json

            return diff_json.render(found)
        if form == "markdown":
            from costlint.reports import comment

            return comment.plain(found)
        from costlint.reports.diff import render

        return render(found, width=look.width, everything=everything, quiet=quiet, paint=look.paint)

    write_all(chosen, written, color=color, everything=everything, quiet=quiet)
    return DONE if exit_zero else diff_exit_code(found, config.threshold)


def _check(paths: tuple[str, ...], base: str | None, head: str | None, *, two_dots: bool, fetch: bool) -> None:
    """Raises click.UsageError for what cannot be meant."""
    import os

    if base is None:
        for given, name in ((head, "--head"), (two_dots, "--two-dots"), (fetch, "--fetch")):
            if given:
                raise click.UsageError(f"{name} needs --base REF")
        if len(paths) != 2:
            raise click.UsageError(
                "say what to compare with: --base REF, or name two directories or files, OLD and NEW"
            )
    for path in paths:
        if not os.path.exists(path) and not (base and head):  # noqa: PTH110
            raise click.UsageError(f"there is no {path}" + (" here" if base else ""))
