"""The catalog: dated facts and the few questions asked of them. Every look-up is lazy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Literal

from costlint.catalog import reference, sources
from costlint.catalog.facts import (
    Accelerator,
    Assumption,
    Benchmark,
    Commitment,
    Family,
    ManagedPrice,
    Practice,
    Price,
    Service,
    Shape,
    Support,
    UsageKey,
)
from costlint.catalog.families import Families, Kind, Size, plain_name, renamed
from costlint.catalog.instances import Instances
from costlint.catalog.managed import Managed
from costlint.catalog.other_providers import OtherProvider, read_other_providers
from costlint.catalog.regions import REFERENCES, region_of
from costlint.catalog.services import Services
from costlint.catalog.sources import Source
from costlint.catalog.tables import Shard, lines, number, read_shard, records
from costlint.catalog.updates import Updates

PROVIDERS = tuple(REFERENCES)

_KUBERNETES = Service("Kubernetes", "infrastructure")
_NO_DEFAULTS: Mapping[str, object] = {}
_ENGINE = re.compile(r"^(?:OpenSearch|Elasticsearch)_")


class Catalog:
    """Facts over the data directory (the packaged one unless told otherwise).

    Providers are "aws", "gcp", "azure"; others have no rows. A zone or a display name stands for its region
    ("us-east-1a", "West Europe"). `as_of` is the day end-of-support dates are compared with. `fetched` is where
    `costlint prices update` keeps prices; they count where they are newer. Questions about prices raise
    PriceCacheError if what lies there is damaged.
    """

    def __init__(self, data: Path | None = None, as_of: date | None = None, fetched: Path | None = None) -> None:
        self.as_of = as_of or date.today()
        self.data = data or Path(__file__).parent / "data"
        self._fetched = fetched
        self._updates: dict[str, Updates] = {}
        self._services: dict[str, Services] = {}
        self._instances: dict[tuple[str, str], Instances] = {}
        self._managed: dict[str, Managed] = {}
        self._sizes: dict[str, Shard] = {}
        self._prices: dict[tuple[str, str, str, str], Price | None] = {}
        self._commitments: dict[tuple[str, str], tuple[Commitment, ...]] = {}
        self._commitment_terms: dict[tuple[str, str], dict[tuple[str, str, str], Commitment]] = {}
        self._families: dict[str, Families] = {}
        self._service_of: dict[str, Service | None] = {}

    @cached_property
    def hours_per_month(self) -> float:
        """Hours in a billing month (730)."""
        return self.constant("hours-per-month")

    def constant(self, key: str) -> float:
        """A dated constant of the field. KeyError if unknown."""
        return self._constants[key]

    def price(self, provider: str, region: str, sku: str, unit: str) -> Price | None:
        """USD for one unit of a SKU: the region's row, else the row for all regions, else a reference region's
        row × the regional ratio (inferred). None if nothing is known."""
        key = (provider, region, sku, unit)
        if key not in self._prices:
            known = provider in REFERENCES
            place = region_of(provider, region)
            self._prices[key] = self._services_of(provider).price(place, sku, unit) if known else None
        return self._prices[key]

    def skus(self, provider: str, region: str) -> list[tuple[str, str]]:
        """SKU and unit of every price stated for a region or for all regions, sorted."""
        return sorted({*self.stated(provider, region), *self.stated(provider, "*")})

    def stated(self, provider: str, region: str) -> set[tuple[str, str]]:
        """SKU and unit of every price stated for exactly this region ("*": for all regions)."""
        return self._services_of(provider).skus(region_of(provider, region)) if provider in REFERENCES else set()

    def shape(self, provider: str, region: str, name: str) -> Shape | None:
        """An instance type in a region, None if no source knows it there."""
        return self.shapes(provider, region).get(name)

    def shapes(self, provider: str, region: str) -> Mapping[str, Shape]:
        """Every instance type known in a region, built one by one when asked for."""
        place = region_of(provider, region)
        if (provider, place) not in self._instances:
            sizes = self._sizes_of(provider)
            self._instances[provider, place] = Instances(
                self.data, provider, place, sizes, self._sources, self.updates(provider)
            )
        return self._instances[provider, place]

    def managed(
        self, provider: str, region: str, service: str, engine: str, deployment: str, name: str
    ) -> ManagedPrice | None:
        """The hourly price of a managed node ("rds", "postgresql", "multi-az", "db.m5.large"); engine and deployment
        are "" where the service has none ("opensearch", "redshift")."""
        if provider not in REFERENCES:
            return None
        return self._managed_of(provider).price(region_of(provider, region), service, engine, deployment, name)

    def commitments(self, provider: str, region: str) -> tuple[Commitment, ...]:
        """Every known discount in a region."""
        key = (provider, region_of(provider, region))
        if key not in self._commitments:
            path = self.data / provider / "commitments.csv"
            self._commitments[key] = reference.commitments(path, key[1], self._sources, self.updates(provider))
        return self._commitments[key]

    def commitment(self, provider: str, region: str, family: str, kind: str, term: str) -> Commitment | None:
        """The discount for a family, None if no source states one."""
        key = (provider, region_of(provider, region))
        terms = self._commitment_terms.get(key)
        if terms is None:
            terms = self._commitment_terms[key] = {}
            for found in self.commitments(provider, region):
                terms.setdefault((found.family, found.kind, found.term), found)
        return terms.get((family, kind, term))

    def accelerator(self, model: str) -> Accelerator | None:
        """An accelerator by the name shapes use ("A10G", "H100")."""
        return self._accelerators.get(model)

    def accelerators(self) -> Iterable[Accelerator]:
        return self._accelerators.values()

    def is_free(self, resource_type: str) -> bool:
        """True for types that carry no charge of their own, and all types of providers that bill no resource. Kinds of
        Kubernetes are listed one by one, or as a whole group."""
        if "_" not in resource_type:
            _, _, group = resource_type.partition(".")
            return resource_type in self._free_kinds or (bool(group) and f"*.{group}" in self._free_kinds)
        other = self.other_provider(resource_type)
        return resource_type in self._free or (other is not None and other.free)

    def other_provider(self, resource_type: str) -> OtherProvider | None:
        """Who is behind a type that belongs to no cloud; None for types of clouds, and of providers nobody knows."""
        return self._other_providers.get(resource_type.partition("_")[0])

    def why_free(self, resource_type: str) -> str:
        """Why nobody bills a free type that belongs to no cloud, "" for types of clouds."""
        other = self.other_provider(resource_type)
        return other.why if other is not None else ""

    def free_types(self) -> frozenset[str]:
        return self._free

    def assumption(self, key: str) -> Assumption:
        """A named usage assumption. KeyError for an unknown name: a programming error."""
        return self._assumptions[key]

    def assumptions(self) -> Mapping[str, Assumption]:
        return self._assumptions

    def usage_keys(self, resource_type: str) -> tuple[UsageKey, ...]:
        """The keys of Infracost's usage files that say something about a type."""
        return self._usage_keys.get(resource_type, ())

    def service(self, resource_type: str) -> Service | None:
        """The service a type belongs to: the longest beginning of its name that the table has, None for none. Kinds of
        Kubernetes all belong to that."""
        if "_" not in resource_type:
            return _KUBERNETES
        known = self._service_of
        if resource_type not in known:
            lengths = range(len(resource_type), 0, -1)
            begun = (resource_type[:length] for length in lengths)
            known[resource_type] = next(
                (self._services_by[start] for start in begun if start in self._services_by), None
            )
        return known[resource_type]

    def defaults(self, resource_type: str) -> Mapping[str, object]:
        """The provider's defaults of a type by dotted path."""
        return self._defaults.get(resource_type, _NO_DEFAULTS)

    def family(self, provider: str, shape_name: str) -> Family | None:
        """The family of an instance type ("m5.large", "db.m5.large", "n2-standard-4", "Standard_D4s_v5")."""
        return self._families_of(provider).of(shape_name)

    def successor(self, provider: str, region: str, name: str) -> str | None:
        """The same size in the newest family of its kind that costs no more (else the next newer one), only if it is
        offered in the region and holds at least as much."""
        return next(self._counterparts(provider, region, name, "successor"), None)

    def successors(self, provider: str, region: str, name: str) -> tuple[str, ...]:
        """The same size in every newer family that is offered in the region and holds at least as much, best first."""
        return tuple(self._counterparts(provider, region, name, "successor"))

    def twin(self, provider: str, region: str, name: str, vendor: Literal["arm", "amd"]) -> str | None:
        """The same size in the cheaper "arm" or "amd" twin family, only if it is offered in the region and holds at
        least as much."""
        return next(iter(self.twins(provider, region, name, vendor)), None)

    def twins(self, provider: str, region: str, name: str, vendor: Literal["arm", "amd"]) -> tuple[str, ...]:
        """The same size in every "arm" or "amd" twin family that is offered in the region and holds at least as much,
        best first."""
        return tuple(self._counterparts(provider, region, name, "arm_twin" if vendor == "arm" else "amd_twin"))

    def same_size(
        self, provider: str, region: str, name: str, families: Iterable[str], memory: float = 1
    ) -> tuple[str, ...]:
        """The same size in each of these families that the region sells, with as many vCPUs and at least `memory` ×
        as much memory."""
        size = self._size(provider, name)
        if size is None:
            return ()
        least = size._replace(memory_gib=size.memory_gib * memory if size.memory_gib else None)
        named = (renamed(provider, name, family) for family in families)
        sold = [other for other in named if other != name and self._offered(provider, region, other)]
        return tuple(other for other in sold if (held := self._size(provider, other)) and held.holds(least))

    def support(self, product: str, version: str) -> Support | None:
        """When a version of a product ("eks", "rds-postgresql", "opensearch") leaves standard and extended support;
        None if no source says. A full version stands for its line ("14.7" → "14", "OpenSearch_1.3" → "1.3")."""
        line = _ENGINE.sub("", version)
        while line:
            found = self._support.get((product, line))
            if found is not None:
                return found
            line = line.rpartition(".")[0]
        return None

    def upgrade(self, product: str, today: date | None = None) -> str | None:
        """The oldest version of a product whose standard support lasts long enough to be worth moving to, else the
        newest in standard support; None if no source names one."""
        day = today or self.as_of
        versions = [found for (name, _), found in self._support.items() if name == product and found.standard_end]
        versions.sort(key=lambda found: found.standard_end)
        left = [(found, (date.fromisoformat(found.standard_end) - day).days) for found in versions]
        lasting = [found for found, days in left if days >= self.constant("support.worth-moving-to-days")]
        standard = [found for found, days in left if days >= 0]
        return lasting[0].version if lasting else standard[-1].version if standard else None

    def shape_attribute(self, resource_type: str) -> tuple[str, str] | None:
        """Where a type keeps its instance type (dotted path) and the service it is priced under."""
        return self._shape_attributes.get(resource_type)

    def practices(self) -> tuple[Practice, ...]:
        return self._practices

    def benchmarks(self) -> tuple[Benchmark, ...]:
        return self._benchmarks

    def updates(self, provider: str) -> Updates:
        """What the user has fetched of a provider's prices."""
        if provider not in self._updates:
            self._updates[provider] = Updates(self._fetched, provider)
        return self._updates[provider]

    def regions(self, provider: str) -> tuple[str, ...]:
        """Every region machines are priced in, sorted."""
        shipped = (path.stem for path in (self.data / provider / "instances").glob("*.csv"))
        return tuple(sorted({*shipped, *self.updates(provider).regions("instances")}))

    def service_regions(self, provider: str) -> tuple[str, ...]:
        """Every region or multi-region some service is priced in, sorted."""
        return tuple(sorted(self._services_of(provider).regions()))

    def sizes(self, provider: str) -> Mapping[str, list[str]]:
        """vCPU, GiB, accelerators, their model and GiB each, and "arm", of every instance type, as written."""
        table = self._sizes_of(provider)
        return {name: table.get(name) or [] for name in table}

    def managed_keys(self, provider: str, region: str) -> list[tuple[str, str, str, str]]:
        """Service, engine, deployment and class of every managed node priced in a region, sorted."""
        keys = self._managed_of(provider).keys(region_of(provider, region)) if provider in REFERENCES else ()
        return sorted((service, engine, how, name) for service, engine, how, name in (key.split(",") for key in keys))

    def _services_of(self, provider: str) -> Services:
        if provider not in self._services:
            self._services[provider] = Services(self.data, provider, self._sources, self.updates(provider))
        return self._services[provider]

    def _managed_of(self, provider: str) -> Managed:
        if provider not in self._managed:
            services, updates = self._services_of(provider), self.updates(provider)
            machines = partial(self.shapes, provider)
            self._managed[provider] = Managed(self.data, provider, self._sources, services, updates, machines)
        return self._managed[provider]

    def _counterparts(self, provider: str, region: str, name: str, kind: Kind) -> Iterator[str]:
        def offered(other: str) -> Size | None:
            return self._size(provider, other) if self._offered(provider, region, other) else None

        return self._families_of(provider).counterparts(name, kind, self._size(provider, name), offered)

    def _offered(self, provider: str, region: str, name: str) -> bool:
        """True if an instance type or managed node class is sold in a region."""
        plain = plain_name(name) if provider == "aws" else name
        if plain != name and name.startswith("ml."):
            return self.price(provider, region, f"sagemaker.instance-{name}", "hour") is not None
        if plain != name:
            return self._managed_of(provider).offers(region_of(provider, region), name)
        shape = self.shape(provider, region, name)
        return shape is not None and shape.on_demand is not None and shape.offered is not False

    def _size(self, provider: str, name: str) -> Size | None:
        plain = plain_name(name) if provider == "aws" else name
        if plain != name and not name.startswith("ml."):
            return self._managed_of(provider).size(name)
        row = self._sizes_of(provider).get(plain)
        return Size(number(row[0]), number(row[1]), number(row[2]), number(row[4])) if row else None

    def _sizes_of(self, provider: str) -> Shard:
        if provider not in self._sizes:
            self._sizes[provider] = read_shard(self.data / provider / "shapes.csv")
        return self._sizes[provider]

    def _families_of(self, provider: str) -> Families:
        if provider not in self._families:
            self._families[provider] = Families(self.data, provider)
        return self._families[provider]

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return sources.read_sources(self.data / "sources.csv")

    @cached_property
    def _constants(self) -> dict[str, float]:
        return {row["key"]: float(row["value"]) for row in records(self.data / "constants.csv")}

    @cached_property
    def _other_providers(self) -> dict[str, OtherProvider]:
        return read_other_providers(self.data / "other_providers.csv")

    @cached_property
    def _free_kinds(self) -> frozenset[str]:
        return frozenset(lines(self.data / "kubernetes" / "free_kinds.txt"))

    @cached_property
    def _free(self) -> frozenset[str]:
        return frozenset(lines(self.data / "free_types.txt"))

    @cached_property
    def _assumptions(self) -> dict[str, Assumption]:
        general = self.data / "kubernetes" / "assumptions.csv"
        return reference.assumptions([*self._per_provider("assumptions.csv"), general])

    @cached_property
    def _usage_keys(self) -> dict[str, tuple[UsageKey, ...]]:
        return reference.usage_keys(self.data / "usage_keys.csv")

    @cached_property
    def _services_by(self) -> dict[str, Service]:
        return reference.services(self.data / "service_categories.csv")

    @cached_property
    def _defaults(self) -> dict[str, dict[str, object]]:
        return reference.defaults(self._per_provider("defaults.csv"))

    @cached_property
    def _accelerators(self) -> dict[str, Accelerator]:
        return reference.accelerators(self.data / "accelerators.csv")

    @cached_property
    def _support(self) -> dict[tuple[str, str], Support]:
        return reference.support(self.data / "support.csv")

    @cached_property
    def _shape_attributes(self) -> dict[str, tuple[str, str]]:
        rows = records(self.data / "shape_attributes.csv")
        return {row["resource_type"]: (row["path"], row["service"]) for row in rows}

    @cached_property
    def _practices(self) -> tuple[Practice, ...]:
        return reference.practices(self.data / "practices.csv")

    @cached_property
    def _benchmarks(self) -> tuple[Benchmark, ...]:
        return reference.benchmarks(self.data / "benchmarks.csv")

    def _per_provider(self, name: str) -> list[Path]:
        return [self.data / provider / name for provider in PROVIDERS]
