"""`costlint practices`: what costlint stands for, and the rules that answer to it."""

from __future__ import annotations

from typing import Any

import click

from costlint.cli.options import config_options, print_options, resolve_config


@click.command("practices")
@click.option("--missing", is_flag=True, help="Only practices no rule answers to.")
@config_options
@print_options
def command(missing: bool, color: bool | None, **options: Any) -> int:
    """List the practices costlint stands for, with the rules behind each, or what answers it instead.

    \b
    Examples:
      costlint practices
      costlint practices --missing
    """
    from costlint.catalog import Catalog
    from costlint.cli.output import painter, whole, width, write
    from costlint.cli.rulebook import rulebook
    from costlint.reports.listing import practice_lines

    rules: dict[str, list[str]] = {}
    for rule in rulebook(resolve_config((), **options)):
        rules.setdefault(rule.practice, []).append(rule.id)
    rows = [
        (practice.group, practice.key, practice.practice, tuple(rules.get(practice.key, ())), practice.answer)
        for practice in Catalog().practices()
        if not (missing and practice.key in rules)
    ]
    with whole():
        lines = practice_lines(rows, width=width(), paint=painter(color))
    write("".join(f"{line}\n" for line in lines), None)
    return 0
