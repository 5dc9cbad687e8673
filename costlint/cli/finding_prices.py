"""What people may mean by a name they want the price of."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from costlint.catalog import REFERENCES, Catalog
from costlint.catalog.comparing import Need, compare, models_called
from costlint.catalog.quotes import Entry, chosen, machine, nodes, services
from costlint.catalog.regions import region_of
from costlint.pricing.asking import billed, known_types, provider_of
from costlint.spelling import did_you_mean

_GLOB = frozenset("*?[")
_CHEAPEST = 5


class Found(NamedTuple):
    """What has a price under a name, and what else there is to say about it."""

    entries: list[Entry]
    notes: list[str]


def find(catalog: Catalog, what: str, providers: Sequence[str], region: str) -> Found:
    """The price of whatever goes by a name, in a region, in those a glob matches, or ("") in the reference regions."""
    kind = provider_of(what)
    if kind is not None and "." not in what:
        return _type(catalog, what, kind, region) if kind in providers else Found([], [])
    models = models_called(catalog, what)
    if models and (machines := _accelerators(catalog, models, providers, region)).entries:
        return machines
    entries: list[Entry] = []
    for provider in providers:
        for place in places(catalog, provider, region) if region else REFERENCES[provider][:1]:
            known = machine(catalog, provider, place, what), services(catalog, provider, place, what.lower())
            entries += [*filter(None, known), *nodes(catalog, provider, place, what)]
    return Found(entries, [])


def places(catalog: Catalog, provider: str, region: str) -> list[str]:
    """The regions of a provider that a region, zone, display name or glob means."""
    known = sorted({*catalog.regions(provider), *catalog.service_regions(provider)})
    if _GLOB & set(region):
        return [place for place in known if fnmatchcase(place, region)]
    return [place for place in known if place == region_of(provider, region)]


def suggestions(catalog: Catalog, what: str, provider: str, region: str) -> str:
    """The sentence for a name nothing is known by: in which regions there is a price, or what was probably meant."""
    providers = (provider,) if provider else tuple(REFERENCES)
    if region and not any(places(catalog, one, region) for one in providers):
        known = [place for one in providers for place in catalog.regions(one)]
        return f'no region is called "{region}"{_near(region, known)}'
    elsewhere = _elsewhere(catalog, what, providers)
    if elsewhere:
        more = f" and {len(elsewhere) - 5} more" if len(elsewhere) > 5 else ""
        where = region or "the reference regions"
        return f"{what} has no price in {where}; it has one in {', '.join(elsewhere[:5])}{more}"
    names: set[str] = {one.model for one in catalog.accelerators()}
    for one in providers:
        place = REFERENCES[one][0]
        names |= {*catalog.shapes(one, place), *(name for *_, name in catalog.managed_keys(one, place))}
        names |= {sku for sku, _ in catalog.skus(one, place)} | {
            sku.partition(".")[0] for sku, _ in catalog.skus(one, place)
        }
    names |= set(known_types(catalog))
    return f'no price is known by the name "{what}"{_near(what, sorted(names))}'


def _elsewhere(catalog: Catalog, what: str, providers: Sequence[str]) -> list[str]:
    """The regions in which machines, accelerators or services of that name have a price."""
    if models := models_called(catalog, what):
        found = {offer.shape.region for offer in compare(catalog, Need(models=models), providers).offers}
        if found:
            return sorted(found)
    return [
        place
        for one in providers
        for place in sorted({*catalog.regions(one), *catalog.service_regions(one)})
        if machine(catalog, one, place, what) is not None or services(catalog, one, place, what.lower()) is not None
    ]


def _type(catalog: Catalog, kind: str, provider: str, region: str) -> Found:
    """Everything a resource type is billed by."""
    entries: list[Entry] = []
    notes: dict[str, None] = {}
    for place in places(catalog, provider, region) if region else REFERENCES[provider][:1]:
        how = billed(catalog, kind, place)
        if how is None:
            return Found([], [])
        if how.skus:
            entries.append(Entry(provider, place, kind, "", chosen(catalog, provider, place, how.skus)))
        if how.free:
            notes[f"{kind} carries no charge of its own."] = None
        if how.attribute:
            notes[f"Most of the price is the {how.attribute}: costlint prices show <{how.attribute}> has it."] = None
        elif how.missing and not how.skus:
            notes[f"What {kind} costs depends on what is written in it ({'; '.join(how.missing)})."] = None
    return Found(entries, list(notes))


def _accelerators(catalog: Catalog, models: tuple[str, ...], providers: Sequence[str], region: str) -> Found:
    """The cheapest machines with an accelerator, per accelerator and hour, with the machine's own entry for each."""
    globs = (region,) if region else ()
    entries = []
    for provider in providers:
        where = globs or REFERENCES[provider][:1]
        offers = compare(catalog, Need(models=models, regions=where), (provider,)).offers
        for offer in offers[:_CHEAPEST]:
            entry = machine(catalog, provider, offer.shape.region, offer.shape.name)
            assert entry is not None
            entries.append(entry)
    names = ", ".join(models)
    return Found(
        entries, [f"costlint prices compare --gpu {models[0]} looks for {names} in every region."] if entries else []
    )


def _near(text: str, known: Sequence[str]) -> str:
    others = (name for name in known if name.lower() != text.lower() or _GLOB & set(text))
    return did_you_mean(text, others, least=0.7, most=3)
