"""`costlint rules`: what costlint knows, and whether a rule keeps its promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from costlint.cli.groups import Verbs
from costlint.cli.options import config_options, print_options, resolve_config
from costlint.cli.rule_names import complete_rule


@click.group("rules", cls=Verbs)
def command() -> None:
    """List, show and test rules.

    \b
    Examples:
      costlint rules list --select STO
      costlint rules show gp2-volume
      costlint rules test my-rules
    """


@command.command("list")
@click.option(
    "--select",
    metavar="RULES",
    multiple=True,
    shell_complete=complete_rule,
    help="Only these: ids, names, prefixes, categories; a,b.",
)
@click.option("--profile", type=click.Choice(["default", "audit"]), help="Only rules that speak in this profile.")
@config_options
@print_options
def list_(select: tuple[str, ...], profile: str | None, color: bool | None, **options: Any) -> int:
    """List the rules, one a line.

    \b
    Examples:
      costlint rules list
      costlint rules list --select STO,NET --profile default
    """
    from costlint.cli.output import painter, whole, width, write
    from costlint.cli.rulebook import find_rules, rulebook
    from costlint.reports.listing import rule_lines

    config = resolve_config((), **options)
    wanted = [part.strip() for value in select for part in value.split(",") if part.strip()]
    chosen = [rule for selector in wanted for rule in find_rules(selector, config)] if wanted else rulebook(config)
    listed = {rule.id: rule for rule in chosen if profile in (None, rule.profile) or rule.profile == "mixed"}.values()
    with whole():
        lines = rule_lines(listed, width=width(), paint=painter(color))
    write("".join(f"{line}\n" for line in lines), None)
    return 0


@command.command("show", short_help="Show a rule's page.")
@click.argument("rule", shell_complete=complete_rule)
@config_options
@print_options
def show(rule: str, color: bool | None, **options: Any) -> int:
    """Show a rule's page: what it finds, why that costs money, whether the change is safe.

    \b
    Examples:
      costlint rules show STO001
      costlint rules show gp2-volume
    """
    from costlint.cli.output import page_width, painter, write
    from costlint.cli.rulebook import find_rule
    from costlint.reports.explain import explain_rule

    page = explain_rule(find_rule(rule, resolve_config((), **options)), width=page_width(), paint=painter(color))
    write(page, None)
    return 0


@command.command("test", short_help="Run the examples of rules.")
@click.argument("directory", required=False, type=click.Path(exists=True, path_type=Path))
@print_options
def test(directory: Path | None, color: bool | None) -> int:
    """Run the examples of the rules in DIRECTORY, or of the shipped ones: bad ones must fire, must be silent and
    cheaper once changed; good ones must be silent. Exits 1 if a rule does not keep its promise.

    \b
    Examples:
      costlint rules test
      costlint rules test my-rules
    """
    from costlint.cli.exits import DONE, FINDINGS, NOTHING
    from costlint.cli.output import painter, write
    from costlint.proving import prove, rules_in
    from costlint.reports.amounts import counted
    from costlint.reports.escaping import printable

    paint = painter(color)
    proofs = list(prove(rules_in(directory)))
    failures = [(proof, failure) for proof in proofs for failure in proof.failures]
    for proof, failure in failures:
        where = f"{proof.file}: {proof.rule}" + (f", example {proof.example}" if proof.example else "")
        write(paint(printable(where), "place") + printable(f": {failure}") + "\n", None)
    rules = counted(len({proof.rule for proof in proofs}), "rule")
    verdict = f"{rules}, {counted(len(proofs), 'example')}, {counted(len(failures), 'failure')}"
    write(paint(verdict, "strong") + "\n", None)
    return FINDINGS if failures else DONE if proofs else NOTHING
