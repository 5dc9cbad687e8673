"""Verbs with verbs of their own (`costlint prices show`): help in full, and what was meant by one there is not."""

from __future__ import annotations

import click

_ANY_LENGTH = 10_000


class Verbs(click.Group):
    """A group whose help cuts no description, and that asks what was meant by an unknown verb."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, verb.get_short_help_str(_ANY_LENGTH)) for name, verb in found.items() if verb is not None]
            )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        known = self.list_commands(ctx)
        if name and name not in known and not name.startswith("-"):
            from costlint.spelling import did_you_mean

            otherwise = f"; it has {', '.join(known)}"
            ctx.fail(f'{ctx.command_path} has no "{name}"{did_you_mean(name, known, otherwise)}')
        return super().resolve_command(ctx, args)
