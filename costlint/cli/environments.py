"""The environment people name with `--environment`, asked about where it looks mistyped."""

from __future__ import annotations

import click

from costlint.config import Config

_ALIKE = 0.75


def check_environment(written: str, config: Config) -> None:
    """Say that a name tells nothing: it is no environment of the configuration, and no word for production or what is
    not. Raises UsageError if it is almost one of them."""
    from costlint.environment import declared, known_words
    from costlint.spelling import did_you_mean

    own = config.environments_named()
    if written in own or declared(written).kind:
        return
    meant = did_you_mean(written, [*own, *known_words()], least=_ALIKE, most=2)
    told = f'--environment "{written}" is no environment of the configuration, and no word for one'
    if meant:
        raise click.UsageError(told + meant)
    click.echo(f"costlint: {told}: what is said of production or of others alone is left out", err=True)
