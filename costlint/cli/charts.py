"""`costlint charts`: the charts from elsewhere something deploys, and fetching those that are not here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from costlint.cli.groups import Verbs
from costlint.cli.options import config_options, print_options, resolve_config

if TYPE_CHECKING:
    from costlint.charts import Asked


@click.group("charts", cls=Verbs)
def command() -> None:
    """List the charts from elsewhere that are deployed or depended on, and fetch those that are not here.

    \b
    Examples:
      costlint charts list
      costlint charts fetch apps
    """


@command.command("list")
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--missing", is_flag=True, help="Only charts that are not here.")
@config_options
@print_options
def list_(paths: tuple[str, ...], missing: bool, color: bool | None, **options: Any) -> int:
    """List the charts from elsewhere that PATHS (default: here) deploy or depend on, and whether they are here.

    \b
    Examples:
      costlint charts list
      costlint charts list --missing apps
    """
    paths = paths or (".",)
    config = resolve_config(paths, **options)

    from costlint.charts import asked_for
    from costlint.cli.exits import DONE, NOTHING
    from costlint.cli.output import write

    asked = asked_for(paths, config)
    chosen = [one for one in asked if not one.here] if missing else asked
    write("".join(map(_lines, chosen)) + _verdict(asked), None)
    return DONE if asked else NOTHING


@command.command("fetch")
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--update", is_flag=True, help="Choose versions anew, whatever the lock file says.")
@click.option("--plain-http", "plain", multiple=True, metavar="HOST", help="Speak to this OCI registry without TLS.")
@click.option("--quiet", "-q", is_flag=True, help="Say only what could not be fetched.")
@config_options
@print_options
def fetch(
    paths: tuple[str, ...], update: bool, plain: tuple[str, ...], quiet: bool, color: bool | None, **options: Any
) -> int:
    """Fetch the charts that PATHS (default: here) deploy or depend on and that are not here, into the user's cache.

    Which versions were chosen is written to .costlint.charts.lock at the root of the repository: commit it, and
    everybody reads the same charts. Credentials are those of helm repo add, helm registry login and docker login. No
    scan uses the network.

    \b
    Examples:
      costlint charts fetch
      costlint charts fetch --update apps

    Exit codes: 0 done, 2 usage or configuration, 3 something could not be fetched, 4 no chart from elsewhere.
    """
    paths = paths or (".",)
    config = resolve_config(paths, **options)

    from costlint.charts import fetch as fetch_charts
    from costlint.cli.exits import DONE, NOTHING, UNREADABLE
    from costlint.cli.output import write
    from costlint.cli.progress import progress_for
    from costlint.reports.escaping import printable

    progress = progress_for(quiet)
    try:
        outcome = fetch_charts(paths, config, progress or _silent, update, frozenset(plain))
    finally:
        if progress is not None:
            progress.close()
    for one, why in outcome.failures:
        click.echo(printable(f"{one.span}: {_called(one)} was not fetched: {why}"), err=True)
    if not quiet:
        lines = [f"fetched  {pin.chart} {pin.resolved} ({pin.repository})" for pin in outcome.fetched]
        lines += [f"wrote    {lock}" for lock in outcome.locks]
        write("".join(f"{printable(line)}\n" for line in lines) + _verdict(outcome.asked), None)
    return UNREADABLE if outcome.failures else DONE if outcome.asked else NOTHING


def _called(one: Asked) -> str:
    return f"{one.chart} {one.version}".strip() + f" ({one.repository})"


def _lines(one: Asked) -> str:
    from costlint.reports.escaping import printable

    here = one.pin is not None and one.here
    state = f"{one.pin.resolved} in the cache" if one.pin and here else "not here: costlint charts fetch"
    return f"{printable(f'{one.span}  {_called(one)}')}\n    {'→' if here else '✗'} {printable(state)}\n"


def _verdict(asked: list[Asked]) -> str:
    if not asked:
        return "no chart from elsewhere is deployed\n"
    here = sum(one.here for one in asked)
    return f"{here} of {len(asked)} {'chart' if len(asked) == 1 else 'charts'} from elsewhere can be read\n"


def _silent(what: str, done: int, total: int) -> None:
    """Progress nobody watches."""
