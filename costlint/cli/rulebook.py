"""Rules by the names people give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from costlint.config import Config
from costlint.model import Rule
from costlint.reports.amounts import counted
from costlint.spelling import asked

if TYPE_CHECKING:
    from costlint.policy import RuleSet


def rulebook(config: Config) -> RuleSet:
    """Every shipped rule and those of the configuration. Raises RuleError."""
    from costlint.policy import load_rules

    return load_rules(config.rule_paths)


def find_rules(selector: str, config: Config) -> list[Rule]:
    """The rules an id, name, prefix or category means. Raises click.UsageError if it means none."""
    return rulebook(config).named(selector) or [find_rule(selector, config)]


def find_rule(name: str, config: Config) -> Rule:
    """The rule with this id, name or former name. Raises click.UsageError with the nearest ones if there is none."""
    rules = rulebook(config)
    found = rules.get(name)
    if found is not None:
        return found
    formerly = [rule for rule in rules if name in rule.aliases]
    if formerly:
        return formerly[0]
    if meant := rules.named(name):
        also = f"costlint rules list --select {name} lists them"
        raise click.UsageError(f'"{name}" means {counted(len(meant), "rule")}, {meant[0].id} to {meant[-1].id}: {also}')
    raise click.UsageError(f'there is no rule "{name}"{asked(rules.near(name), "; see costlint rules list")}')
