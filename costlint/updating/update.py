"""`costlint prices update`: which lists to fetch, in which order, and what came of it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from costlint.catalog import REFERENCES, Catalog
from costlint.catalog.families import family_and_size
from costlint.network.errors import FetchError
from costlint.network.web import Web
from costlint.updating import aws, azure, gcp
from costlint.updating.collecting import Collected
from costlint.updating.errors import UpdateError
from costlint.updating.kept import Kept
from costlint.updating.requests import Requests, Sleep, Tell
from costlint.updating.snapshots import write_snapshot

KEY_VARIABLES = ("COSTLINT_GOOGLE_API_KEY", "GOOGLE_API_KEY")

_ENDPOINTS = {"aws": aws.ENDPOINT, "azure": azure.ENDPOINT, "gcp": gcp.ENDPOINT}
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Options:
    """What to fetch: `regions` are names or globs, `services` the provider's own names; empty for all. `endpoint` is
    the server to ask instead of the provider's own, such as a mirror."""

    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    endpoint: str = ""


@dataclass(slots=True)
class Outcome:
    """What an update came to. `unmapped` counts rows the catalog has no name for, by reason."""

    lists: int = 0
    read: int = 0
    mapped: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    regions: tuple[str, ...] = ()


def update(
    provider: str,
    options: Options,
    catalog: Catalog,
    root: Path,
    *,
    tell: Tell,
    sleep: Sleep = time.sleep,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Outcome:
    """Fetch a provider's prices and make them the ones that count. Raises UpdateError; then nothing has changed, and
    the next run goes on from what is there."""
    day = now()
    kept = Kept(root / provider / ".partial")
    kept.prepare()
    requests = Requests(Web(), kept.directory, sleep, tell)
    endpoint = (options.endpoint or _ENDPOINTS[provider]).rstrip("/")
    try:
        collected = list(_collected(provider, options, catalog, requests, kept, endpoint, day.date().isoformat()))
        if not collected:
            raise UpdateError("nothing was found: are the regions and services spelled as the provider spells them?")
        write_snapshot(root, provider, collected, day.strftime("%Y-%m-%dT%H:%M:%SZ"))
    except FetchError as error:
        raise UpdateError(str(error)) from error
    kept.discard()
    regions = {region for one in collected for _, region, _, _ in one.prices}
    outcome = Outcome(lists=len(collected), regions=tuple(sorted(regions)))
    for one in collected:
        outcome.read += one.read
        outcome.mapped += one.mapped
        outcome.unmapped += one.unmapped
    return outcome


def services_of(provider: str, data: Path) -> list[str]:
    """The services of a provider that can be fetched, by the provider's own names."""
    return {"aws": aws.offers, "azure": azure.services, "gcp": gcp.services}[provider](data)


def _collected(
    provider: str, options: Options, catalog: Catalog, requests: Requests, kept: Kept, endpoint: str, today: str
) -> Iterator[Collected]:
    services = _services(provider, options.services, catalog.data)
    wanted = options.regions or REFERENCES[provider][:1]
    if provider == "gcp":
        machines = _machines(catalog)
        google = gcp.Lists(requests, kept, catalog.data, machines, _key(), endpoint)
        for service in services:
            yield from google.collect(service, lambda region: _wanted(region, wanted), today)
        return
    if provider == "aws":
        amazon = aws.Lists(
            requests, kept, catalog.data, lambda region, name: _on_demand(catalog, region, name), endpoint
        )
        for service in services:
            for region in amazon.regions(service):
                if _wanted(region, wanted) and (found := amazon.collect(service, region, today)) is not None:
                    yield found
        return
    year = catalog.hours_per_month * _MONTHS
    microsoft = azure.Lists(requests, kept, catalog.data, lambda name: _family("azure", name), year, endpoint)
    for region in _named(catalog.regions("azure"), wanted):
        for service in services:
            found = microsoft.collect(service, region, today)
            if found is not None:
                yield found


def _services(provider: str, wanted: Sequence[str], data: Path) -> list[str]:
    """The services asked for, all of them if none is. Raises UpdateError for one that cannot be fetched."""
    known = services_of(provider, data)
    spelled = {name.lower(): name for name in known}
    for name in wanted:
        if name.lower() not in spelled:
            raise UpdateError(f'there is no price list "{name}" to fetch; there are {", ".join(known)}')
    return [spelled[name.lower()] for name in wanted] or known


def _wanted(region: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(region, glob) for glob in globs)


def _named(known: Sequence[str], globs: Sequence[str]) -> list[str]:
    """The known regions that match, and those named in full whether known or not."""
    plain = [glob for glob in globs if not set("*?[") & set(glob)]
    return list(dict.fromkeys([*plain, *(region for region in known if _wanted(region, globs))]))


def _key() -> str:
    """Google's list asks for an API key. Raises UpdateError."""
    found = next((os.environ[name] for name in KEY_VARIABLES if os.environ.get(name)), "")
    if not found:
        raise UpdateError(
            f"Google's price list asks for an API key: create one for the Cloud Billing API and set {KEY_VARIABLES[0]}"
        )
    return found


def _on_demand(catalog: Catalog, region: str, name: str) -> float | None:
    shape = catalog.shape("aws", region, name)
    return shape.on_demand.amount if shape is not None and shape.on_demand is not None else None


def _family(provider: str, name: str) -> str:
    split = family_and_size(provider, name)
    return split[0] if split else name


def _machines(catalog: Catalog) -> Callable[[str], Iterator[gcp.Held]]:
    def held(region: str) -> Iterator[gcp.Held]:
        for name, size in catalog.sizes("gcp").items():
            vcpu, memory, gpus, model, _, _ = size
            shape = catalog.shape("gcp", region, name)
            if vcpu and memory and shape is not None:
                yield gcp.Held(name, float(vcpu), float(memory), float(gpus or 0), model)

    return held
