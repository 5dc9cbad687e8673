"""Options several verbs share, and the configuration they add up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import click

from costlint.cli.rule_names import complete_rule

if TYPE_CHECKING:
    from costlint.config import Config, RootSettings

Command = TypeVar("Command", bound=Callable[..., Any])


class _Day(click.DateTime):
    """A day, written as people who compare files write it."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f'"{value}" is no date such as 2026-11-30', param, ctx)


DAY = _Day()


def _finite(_: click.Context, __: click.Parameter, amount: float | None) -> float | None:
    if amount is not None and not isfinite(amount):
        raise click.BadParameter(f"{amount} is no amount")
    return amount


def together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in this order in the help."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


config_options = together(
    click.option(
        "--config",
        "config_file",
        metavar="FILE",
        type=click.Path(),
        help="Configuration file; default: the nearest one.",
    ),
    click.option("--no-config", is_flag=True, help="Use no configuration file."),
    click.option(
        "--rules", "rules", metavar="DIR", type=click.Path(), multiple=True, help="Directory with rules of your own."
    ),
)
input_options = together(
    click.option("--region", metavar="REGION", multiple=True, help="Region where none is written; or aws=REGION."),
    click.option("--environment", metavar="NAME", help="Environment of everything scanned: prod, nonprod, a name."),
    click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="Terraform variable."),
    click.option(
        "--var-file", "var_files", metavar="FILE", type=click.Path(), multiple=True, help="Terraform variable file."
    ),
    click.option("--workspace", metavar="NAME", help="Terraform workspace."),
    click.option(
        "--usage-file", metavar="FILE", type=click.Path(), help="What is known about usage, as in infracost-usage.yml."
    ),
    click.option(
        "--prices",
        "prices_file",
        metavar="FILE",
        type=click.Path(),
        multiple=True,
        help="Your own prices and discounts.",
    ),
    click.option("--no-user-prices", is_flag=True, help="Leave out prices that costlint prices update has fetched."),
    click.option("--tf-var-env", is_flag=True, help="Use TF_VAR_… and TF_DATA_DIR of this process."),
    click.option("--include-libraries", is_flag=True, help="Count modules nobody here deploys."),
    click.option(
        "--as-of", type=DAY, metavar="YYYY-MM-DD", help="As if today were this day: support, waivers and comments end."
    ),
    config_options,
)
"""What a verb takes that reads and prices what is deployed."""
finding_options = together(
    click.option(
        "--select",
        metavar="RULES",
        multiple=True,
        shell_complete=complete_rule,
        help="Only these rules: ids, names, prefixes; a,b.",
    ),
    click.option("--ignore", metavar="RULES", multiple=True, shell_complete=complete_rule, help="Not these rules."),
    click.option(
        "--profile",
        type=click.Choice(["default", "audit"]),
        help="audit adds governance and guesses.",
    ),
    click.option(
        "--min-saving",
        type=click.FloatRange(min=0),
        callback=_finite,
        metavar="USD",
        help="Leave out smaller savings (20); 0: none.",
    ),
    input_options,
)
"""What a verb takes that chooses among findings as well."""
print_options = together(
    click.option("--color/--no-color", default=None, help="Colours; default: on terminals, honouring NO_COLOR."),
    click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an unexpected error."),
)


def resolve_config(
    paths: tuple[str, ...], config_file: str | None, no_config: bool, rules: tuple[str, ...] = (), **options: Any
) -> Config:
    """The configuration file with the options laid over it. Raises ConfigError, click.UsageError."""
    from costlint.config import Config, ConfigError, load_config, parse_threshold

    if config_file is not None and no_config:
        raise click.UsageError("--config and --no-config exclude each other")
    config = Config() if no_config else load_config(paths, config_file)
    fail_on = options.get("fail_on")
    if fail_on is not None:
        try:
            parse_threshold(fail_on)
        except ValueError as error:
            raise ConfigError(f"--fail-on: {error}") from None
    if options.get("environment"):
        from costlint.cli.environments import check_environment

        check_environment(options["environment"], config)
    as_of = options.get("as_of")
    by_hand = any(options.get(name) for name in ("variables", "var_files", "workspace"))
    return config.override(
        roots=_roots(config, options),
        alternatives="none" if by_hand else None,
        tf_var_env=options.get("tf_var_env") or None,
        region=_region(options.get("region", ())),
        environment=options.get("environment"),
        variables={**config.variables, **_variables(options.get("variables", ()))},
        var_files=options.get("var_files"),
        workspace=options.get("workspace"),
        usage_file=options.get("usage_file"),
        prices_file=options.get("prices_file"),
        include_libraries=options.get("include_libraries") or None,
        user_prices=False if options.get("no_user_prices") else None,
        as_of=as_of.date() if isinstance(as_of, datetime) else None,
        select=split(options.get("select", ())),
        ignore=split(options.get("ignore", ())),
        profile=options.get("profile"),
        min_saving=options.get("min_saving"),
        fail_on=fail_on,
        rules=rules,
    )


def _here(_: click.Context, __: click.Parameter, paths: tuple[str, ...]) -> tuple[str, ...]:
    return paths or (".",)


def paths_argument(command: Command) -> Command:
    """PATHS to read: the current directory if none is named, the standard input for "-"."""
    kind = click.Path(exists=True, allow_dash=True)
    return click.argument("paths", nargs=-1, type=kind, callback=_here)(command)


def roots_option(default: str) -> Callable[[Command], Command]:
    """--in: what to scan for something that is named otherwise."""
    told = f"What to scan; default: {default}."
    return click.option("--in", "roots", metavar="PATH", type=click.Path(), multiple=True, help=told)


def split(given: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of options that may be given several times, or once with commas."""
    return tuple(part.strip() for text in given for part in text.split(",") if part.strip())


def _variables(pairs: tuple[str, ...]) -> dict[str, str]:
    variables = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f'--var "{pair}" is not NAME=VALUE')
        variables[name.strip()] = value
    return variables


def _roots(config: Config, options: dict[str, Any]) -> tuple[RootSettings, ...]:
    """The roots of the configuration, less what the command line says of all of them; what is then alike is one."""
    from msgspec.structs import replace

    less = {name: empty for name, empty in (("var_files", ()), ("workspace", "")) if options.get(name)}
    told = {
        (root.path, root.var_files, root.workspace): root for root in (replace(one, **less) for one in config.roots)
    }
    return tuple(told.values())


def _region(regions: tuple[str, ...]) -> object:
    if not regions:
        return None
    if len(regions) == 1 and "=" not in regions[0]:
        return regions[0]
    from costlint.config import RegionByProvider

    named = dict(region.partition("=")[::2] for region in regions)
    unknown = sorted(set(named) - {"aws", "gcp", "azure"})
    if unknown or not all(named.values()):
        raise click.UsageError("several --region must each name its provider: aws=…, gcp=… or azure=…")
    return RegionByProvider(**named)
