"""`costlint hook`: keeps waste out of a commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from costlint.cli.exits import DONE, FINDINGS, gates
from costlint.cli.options import input_options, print_options, resolve_config

if TYPE_CHECKING:
    from costlint.model import Finding
    from costlint.sources import GitSource


@click.command("hook")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--min-saving",
    type=click.FloatRange(min=0),
    default=50.0,
    metavar="USD",
    help="Block on findings worth this a month or more (50).",
)
@input_options
@print_options
def command(paths: tuple[str, ...], min_saving: float, color: bool | None, **options: Any) -> int:
    """Block a commit that adds waste: compare what is staged with the last commit.

    Only new findings of high confidence that are worth --min-saving or more a month count, in what the staged files
    feed: no hygiene, nothing that was there before, nothing that rests on assumed usage, no diagnostic. PATHS
    narrow it (default: here). One line counts new findings in the staged files that are worth less. Under pre-commit
    the ids of a push (--from-ref, --to-ref) are compared. Where Helm is missing, one line names staged charts that are
    not checked. Neither stops anybody.

    \b
    Examples:
      costlint hook
      costlint hook infra --min-saving 200
      echo 'exec costlint hook' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit

    Exit codes: 0 nothing to block, 1 new findings, 2 usage or configuration.
    """
    here = paths or (".",)
    from costlint.readers.feeding import change_of, near
    from costlint.sources import CheckoutSource, IndexSource
    from costlint.sources.aside import Aside
    from costlint.sources.work_trees import inside, repository

    root = repository(here)
    selected = [inside(path, root) for path in here]
    base, head = (os.environ.get(f"PRE_COMMIT_{name}_REF", "") for name in ("FROM", "TO"))
    pushed = bool(base and head)
    with CheckoutSource(root, head, ahead=False) if pushed else IndexSource(root, ahead=False) as source:
        comparing = Aside(lambda: change_of(source, base if pushed else "HEAD"))
        try:
            config = resolve_config(here, profile="default", **options)
            config = config.override(min_saving=min(config.min_saving, min_saving))
        finally:
            comparing.join()
        change = comparing.result()
        if not change.files:
            return DONE
        source.list_ahead()
        looking = Aside(lambda: near(source, change.files, selected))
        import costlint.pipeline  # noqa: F401 - meanwhile git looks

        places = looking.result()
        if places == ():
            return DONE
        _say_of_charts(source, change.files)
        from costlint.config import Threshold
        from costlint.diffing.staging import added

        anything = Threshold(saving=0)
        staged = {os.path.realpath(root / file) for file in change.files}

        def is_told(finding: Finding) -> bool:
            return finding.confidence == "high" and finding.gain > 0 and gates(finding, anything)

        def stops(finding: Finding) -> bool:
            return is_told(finding) and finding.gain >= min_saving

        def matters(finding: Finding) -> bool:
            return stops(finding) or (is_told(finding) and os.path.realpath(finding.span.file) in staged)

        report = added(here, selected, places, source, change.base, config, matters, stops)
    stopping = tuple(filter(stops, report.findings))
    if not stopping:
        if report.findings:
            from costlint.reports.staged import render_smaller

            click.echo(
                f"costlint: {render_smaller(report, min_saving, change.base[:12] if pushed else 'HEAD')}", err=True
            )
        return DONE

    from msgspec.structs import replace

    from costlint.cli.output import painter, width, write
    from costlint.reports.staged import render

    shown = replace(report, findings=stopping)
    write(render(shown, width=width(), paint=painter(color, to_file=False)), None)
    return FINDINGS


def _say_of_charts(source: GitSource, files: tuple[str, ...]) -> None:
    """One line if a chart is staged and nothing here renders charts: the pipeline, which has Helm, may find more."""
    from costlint.readers.feeding import charts_of

    charts = charts_of(source, files)
    if not charts:
        return
    from costlint.readers.helm.engines import MISSING, open_engine

    if open_engine() is None:
        from costlint.reports.escaping import printable

        more = f" and {len(charts) - 1} more" if len(charts) > 1 else ""
        which = "the chart here" if not charts[0] else f"the chart {printable(charts[0])}"
        what = "is" if len(charts) == 1 else "are"
        under = "under pre-commit, additional_dependencies: ['.[helm]']"
        click.echo(f"costlint: {which}{more} {what} not checked, Helm is missing: {MISSING}; {under}", err=True)
