"""What `costlint size` is asked on the command line, checked: lengths, places, purchases, formats, accelerators."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import click
from click.shell_completion import CompletionItem

from costlint.cli.options import split
from costlint.cli.price_options import PROVIDERS

if TYPE_CHECKING:
    from costlint.catalog import Catalog
    from costlint.config import Config
    from costlint.sizing.advisor import Purchase
    from costlint.sizing.formats import Format
    from costlint.sizing.models import Model

_COUNT = re.compile(r"(\d[\d_,]*(?:\.\d+)?)([km]?)", re.IGNORECASE | re.ASCII)
_TIMES = {"": 1, "k": 1024, "m": 1024 * 1024}
_LEAST = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(%|tokens/s|tok/s|t/s)?", re.IGNORECASE | re.ASCII)
_MOST = 1 << 40
PURCHASES = ("on-demand", "spot", "reserved-1y", "reserved-3y", "any")


class Least(NamedTuple):
    """The throughput asked for: a share of today's, or tokens a second per copy."""

    amount: float
    is_share: bool


def tokens(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """A number of tokens: 16384, 16k (× 1,024), 1m."""
    if value is None:
        return None
    found = _COUNT.fullmatch(value.strip())
    number = float(found[1].replace(",", "").replace("_", "")) * _TIMES[found[2].lower()] if found else 0.0
    if not 1 <= number <= _MOST or number != int(number):
        raise click.BadParameter(f'"{value}" is no number of tokens such as 8192 or 16k')
    return int(number)


def least_throughput(ctx: click.Context, param: click.Parameter, value: str | None) -> Least | None:
    """ "0.5" and "50%" are a share of today's, "800" and "800 tokens/s" are tokens a second."""
    if value is None:
        return None
    found = _LEAST.fullmatch(value.strip())
    if found is None:
        raise click.BadParameter(f'"{value}" is no throughput such as 0.5, 50% or 800 (tokens/s)')
    amount, unit = float(found[1]), (found[2] or "").lower()
    return Least(amount / 100, True) if unit == "%" else Least(amount, not unit and amount <= 1)


class Places(NamedTuple):
    """Providers with a region each, and what to say of where those come from."""

    places: tuple[tuple[str, str], ...]
    assumed: str


def places_of(
    catalog: Catalog, config: Config, providers: tuple[str, ...], regions: tuple[str, ...], own: tuple[str, str] | None
) -> Places:
    """Where to look. `own` is where a server already is. Raises UsageError for what contradicts itself."""
    from costlint.catalog import REFERENCES
    from costlint.catalog.whereabouts import is_known, near

    named = split(providers)
    for name in named:
        if name not in PROVIDERS:
            raise click.UsageError(f'--provider: "{name}" is not one of {", ".join(PROVIDERS)}')
    chosen: dict[str, list[str]] = {}
    for written in split(regions):
        whose, equals, region = written.rpartition("=")
        wanted = (whose,) if equals else named or PROVIDERS
        having = [one for one in wanted if one in PROVIDERS and is_known(catalog, one, region)]
        if not having:
            whom = " or ".join(wanted) if equals or named else "any provider"
            raise click.UsageError(f'--region: there is no region "{region}" of {whom}{near(catalog, region, wanted)}')
        if named and not set(having) <= set(named):
            raise click.UsageError(f"--region: {region} is a region of {having[0]}, which --provider leaves out")
        for one in having:
            chosen.setdefault(one, []).append(region)
    lost = [one for one in named if chosen and one not in chosen]
    if lost:
        raise click.UsageError(f"--region: none of the regions is one of {lost[0]}; say {lost[0]}=REGION")
    if chosen:
        return Places(tuple((one, region) for one, found in chosen.items() for region in dict.fromkeys(found)), "")
    if own is not None and (not named or own[0] in named):
        return Places((own,), "")
    places, assumed = [], []
    for one in named or PROVIDERS:
        region = config.region_for(one)
        if region and is_known(catalog, one, region):
            places.append((one, region))
        else:
            places.append((one, REFERENCES[one][0]))
            assumed.append(f"{one} {REFERENCES[one][0]}")
    return Places(tuple(places), f"region assumed: {', '.join(assumed)}" if assumed else "")


def purchases_of(written: tuple[str, ...]) -> tuple[Purchase, ...]:
    """How to buy; on demand where nobody says. Raises UsageError."""
    known: dict[str, tuple[Purchase, ...]] = {
        "on-demand": ("on-demand",),
        "spot": ("spot",),
        "reserved-1y": ("1y",),
        "reserved-3y": ("3y",),
        "any": ("on-demand", "spot", "1y", "3y"),
    }
    found: list[Purchase] = []
    for name in split(written) or ("on-demand",):
        if name not in known:
            raise click.UsageError(f'--purchase: "{name}" is not one of {", ".join(PURCHASES)}')
        found += known[name]
    return tuple(dict.fromkeys(found))


def formats_of(written: tuple[str, ...], model: Model, engine: str) -> tuple[Format | None, ...]:
    """The formats weights may be in: the model's own where nobody says. Raises UsageError."""
    from costlint.sizing.advisor import formats_for
    from costlint.sizing.formats import formats, weight_format
    from costlint.sizing.recommending import quantisations

    names = split(written)
    if not names or names == ("none",):
        return (None,)
    if "any" in names and len(names) > 1:
        raise click.UsageError("--quantize: any and other formats exclude each other")
    if names == ("any",):
        return formats_for(model, quantisations(engine))
    found: list[Format | None] = []
    for name in names:
        form = weight_format(name)
        if form is None and name != "none":
            known = ", ".join(one.name for one in formats())
            raise click.UsageError(f'--quantize: no format "{name}" is known; there are any, none, {known}')
        native = weight_format(model.dtype)
        found.append(None if form is None or (native is not None and form.name == native.name) else form)
    return tuple(dict.fromkeys(found))


def complete_model(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Models by id, or by what follows the organisation."""
    from costlint.sizing.models import Models

    wanted = incomplete.lower()
    ids = [one for one in Models() if one.lower().startswith(wanted)]
    ids = ids or [one for one in Models() if one.lower().rpartition("/")[2].startswith(wanted)]
    return [CompletionItem(one) for one in sorted(ids)]


def complete_gpu(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from costlint.catalog import Catalog

    names = (one.model for one in Catalog().accelerators())
    return [CompletionItem(name) for name in names if name.lower().startswith(incomplete.lower())]


def complete_region(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from costlint.catalog import Catalog

    catalog = Catalog()
    chosen = split(ctx.params.get("providers") or ()) or PROVIDERS
    names = (name for provider in chosen if provider in PROVIDERS for name in catalog.regions(provider))
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_format(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from costlint.sizing.formats import formats

    names = ("any", "none", *(one.name for one in formats()))
    return [CompletionItem(name) for name in names if name.startswith(incomplete.lower())]
