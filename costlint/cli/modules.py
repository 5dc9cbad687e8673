"""`costlint modules`: where the modules a configuration calls come from, and fetching those that are not here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from costlint.cli.groups import Verbs
from costlint.cli.options import config_options, print_options, resolve_config

if TYPE_CHECKING:
    from costlint.modules import Outcome


@click.group("modules", cls=Verbs)
def command() -> None:
    """List the modules a configuration calls, and fetch those that are not here.

    \b
    Examples:
      costlint modules list infra
      costlint modules fetch infra
    """


@command.command("list")
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--missing", is_flag=True, help="Only calls that lead nowhere.")
@click.option("--terraform-data", is_flag=True, help="Look for what terraform init has installed in TF_DATA_DIR.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to write the list.")
@config_options
@print_options
def list_(
    paths: tuple[str, ...], missing: bool, terraform_data: bool, form: str, color: bool | None, **options: Any
) -> int:
    """List every module call of the roots in PATHS (default: here): where it leads, or why it does not.

    \b
    Examples:
      costlint modules list infra
      costlint modules list --missing
      costlint modules list infra --format json
    """
    paths = paths or (".",)
    config = resolve_config(paths, **options)

    from costlint.cli.exits import DONE, NOTHING
    from costlint.cli.output import painter, write
    from costlint.modules import list_calls
    from costlint.modules.listing import call_lines, calls_json

    sites = list(list_calls(paths, config, _data_directory(terraform_data)))
    chosen = [site for site in sites if site.resolution.directory is None] if missing else sites
    write(calls_json(chosen) if form == "json" else call_lines(chosen, len(sites), painter(color)), None)
    return DONE if sites else NOTHING


@command.command("fetch")
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--update", is_flag=True, help="Choose versions anew, whatever the lock file says.")
@click.option("--locked", is_flag=True, help="Fetch only what the lock file pins; anything else is a failure.")
@click.option("--complete", is_flag=True, help="Also fetch what terraform init has installed on this machine.")
@click.option("--terraform-data", is_flag=True, help="Look for what terraform init has installed in TF_DATA_DIR.")
@click.option("--quiet", "-q", is_flag=True, help="Say only what could not be fetched.")
@config_options
@print_options
def fetch(
    paths: tuple[str, ...],
    update: bool,
    locked: bool,
    complete: bool,
    terraform_data: bool,
    quiet: bool,
    color: bool | None,
    **options: Any,
) -> int:
    """Fetch the modules the roots in PATHS (default: here) call and that are not here, into the cache of the user.

    Which versions were chosen is written to .costlint.modules.lock at the root of the repository: commit it, and
    everybody reads the same modules. Git modules are fetched with your own git and its credentials, registries are
    asked with the tokens Terraform uses. costlint scan never uses the network.

    \b
    Examples:
      costlint modules fetch infra
      costlint modules fetch --update
      costlint modules fetch --locked          # in continuous integration

    Exit codes: 0 done, 2 usage or configuration, 3 something could not be fetched, 4 nothing calls a module.
    """
    paths = paths or (".",)
    if update and locked:
        raise click.UsageError("--update and --locked exclude each other")
    config = resolve_config(paths, **options)

    from costlint.cli.exits import DONE, NOTHING, UNREADABLE
    from costlint.cli.output import painter, write
    from costlint.cli.progress import progress_for
    from costlint.modules import Options
    from costlint.modules import fetch as fetch_modules

    chosen = Options(update, locked, not complete, _data_directory(terraform_data))
    progress = progress_for(quiet)
    try:
        outcome = fetch_modules(paths, config, chosen, progress or _silent)
    finally:
        if progress is not None:
            progress.close()
    _complain(outcome)
    if not quiet:
        from costlint.modules.listing import outcome_lines

        write(outcome_lines(outcome, painter(color)), None)
    return UNREADABLE if outcome.failures else DONE if outcome.sites else NOTHING


def _complain(outcome: Outcome) -> None:
    from costlint.modules.listing import failure_line

    for site, why in outcome.failures:
        click.echo(failure_line(site, why), err=True)


def _data_directory(wanted: bool) -> str:
    return os.environ.get("TF_DATA_DIR", "") if wanted else ""


def _silent(what: str, done: int, total: int) -> None:
    """Progress nobody watches."""
