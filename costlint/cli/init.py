"""`costlint init`: a configuration to start with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from costlint.cli.options import config_options, print_options, resolve_config


@click.command("init")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--write", "written", is_flag=True, help="Write PATH/.costlint.yaml, unless a configuration is there.")
@config_options
@print_options
def command(path: str, written: bool, color: bool | None, **options: Any) -> int:
    """Propose a configuration for PATH: the environments and roots found there, with what says so.

    \b
    Examples:
      costlint init
      costlint init infra --write
    """
    from msgspec.structs import replace

    from costlint.cli.output import write
    from costlint.config import find_config
    from costlint.pipeline import survey
    from costlint.reports.proposal import render

    target = Path(path) / ".costlint.yaml"
    present = find_config(Path(path)) if written else None
    if present is not None:
        raise click.ClickException(f"{_shown(present)} configures this already; nothing was written")
    config = resolve_config((path,), **options)
    stacks = survey((path,), replace(config, roots=(), alternatives="one", environments={}, environment=""))
    text = render(stacks, path)
    if not written:
        write(text, None)
        return 0
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"cannot write {target}: {error.strerror}") from None
    write(f"Wrote {target}: read it, and correct what is not so.\n", None)
    return 0


def _shown(path: Path) -> str:
    import os

    return os.path.relpath(path)
