"""`costlint completion`: completion scripts for shells."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the completion script for SHELL.

    \b
    Examples:
      costlint completion bash > ~/.local/share/bash-completion/completions/costlint
      costlint completion zsh > ~/.zfunc/_costlint
      costlint completion fish > ~/.config/fish/completions/costlint.fish
    """
    from costlint.cli import costlint

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(completion(costlint, {}, "costlint", "_COSTLINT_COMPLETE").source())
    return 0
