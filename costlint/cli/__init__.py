"""The command line: one module per verb, imported only when it is asked for."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import click

from costlint import __version__

# Each verb with the line that describes it, so that `costlint --help` imports none of them.
_VERBS = {
    "scan": "Find what wastes money, in dollars a month, on the line.",
    "estimate": "Price what is deployed, by resource, service, team or region.",
    "diff": "Compare two states: by how much the bill moves, and which findings are new.",
    "comment": "Say in a pull request what it costs: GitHub, GitLab, Azure DevOps, Bitbucket.",
    "hook": "Block a commit that adds waste.",
    "usage": "Write a usage file with every quantity costlint had to assume.",
    "prices": "Show, compare, export and update the prices everything rests on.",
    "size": "Find the machines that hold a model, and what a token costs on them.",
    "models": "What is known of a model, and whether it fits on an accelerator.",
    "explain": "Show a rule's page, or the full arithmetic at PATH:LINE.",
    "baseline": "Adopt what is found today, so that only what is new is told.",
    "ignore": "Accept findings, with a reason and perhaps an end, in the configuration.",
    "rules": "List, show and test rules.",
    "practices": "List the practices costlint stands for and the rules behind them.",
    "charts": "List the charts from elsewhere that are deployed, and fetch those that are not here.",
    "modules": "List the modules a configuration calls, and fetch those that are not here.",
    "init": "Propose a configuration: environments and roots as they were found.",
    "config": "Show the configuration in effect, or its JSON Schema.",
    "completion": "Print the completion script for a shell.",
}


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        command: click.Command = import_module(f"costlint.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in _VERBS and not name.startswith("-"):
            from costlint.spelling import did_you_mean

            ctx.fail(f'no command "{name}"{did_you_mean(name, _VERBS, "; see costlint --help")}')
        return super().resolve_command(ctx, args)


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="costlint", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an unexpected error.")
def costlint() -> None:
    """costlint finds wasted money in Terraform, Kubernetes and Helm before it is deployed.

    \b
    Examples:
      costlint scan infra
      costlint explain infra/prod.tfvars:12
      costlint rules list
    """


def main() -> None:
    """The console script."""
    gc.disable()  # a command is short and leaves no cyclic garbage worth looking for, least of all while it imports
    from costlint.cli.failures import run

    code = run(costlint, sys.argv[1:])
    gc.freeze()  # the process ends: nobody needs millions of objects looked through for cycles once more
    sys.exit(code)
