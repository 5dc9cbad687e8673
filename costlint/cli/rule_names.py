"""Names of rules and places for the shell to complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


def complete_rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Ids for what begins like one, else names; each with what the rule finds. Nothing if rules cannot be read."""
    from click.shell_completion import CompletionItem

    from costlint.cli.options import resolve_config
    from costlint.cli.rulebook import rulebook
    from costlint.config import ConfigError
    from costlint.policy import RuleError

    given = {name: ctx.params.get(name) for name in ("config_file", "no_config", "rules")}
    try:
        config = resolve_config((), given["config_file"], bool(given["no_config"]), given["rules"] or ())
        rules = list(rulebook(config))
    except (ConfigError, RuleError):
        return []
    wanted = incomplete.lower()
    ids = [CompletionItem(rule.id, help=rule.title) for rule in rules if rule.id.lower().startswith(wanted)]
    if ids:
        return ids
    return [CompletionItem(rule.name, help=rule.title) for rule in rules if wanted and rule.name.startswith(wanted)]


def complete_rule_or_place(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Rules, else the files of the shell: a place begins with one. Shells drop what comes before a file."""
    from click.shell_completion import CompletionItem

    rules = complete_rule(ctx, param, incomplete) if incomplete and "/" not in incomplete else []
    return [CompletionItem(incomplete, type="file"), *rules]
