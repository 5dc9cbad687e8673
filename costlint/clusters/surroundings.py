"""The cluster the workloads of a stack run on: its cloud and region, its pools, and what else decides about pods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from costlint.catalog import Catalog
from costlint.clusters.declared import CLUSTERS
from costlint.clusters.machines import Machine, capacity
from costlint.clusters.matching import Landing, Matcher, Node
from costlint.clusters.needs import Needs, needs_of
from costlint.clusters.pool_kinds import pool_types, pools
from costlint.clusters.pools import Pool, items
from costlint.clusters.sharing import shared_by
from costlint.clusters.workloads import PodGroup
from costlint.model import Cluster, Resource, is_unknown

_BESIDE = ("aws_launch_template", "aws_launch_configuration", "aws_eks_fargate_profile", "LimitRange", "ConfigMap")


class Resources(Protocol):
    """What is asked of a view of a stack."""

    @property
    def resources(self) -> Mapping[str, Resource]: ...

    def of_type(self, *types: str) -> Iterable[Resource]: ...


class Surroundings(Struct, frozen=True):
    """`provider` and `region` are "" where nothing says; `serverless` is true for a cluster without nodes of its own
    (GKE Autopilot), and `profiles` are those of EKS that take pods to Fargate. `shared` is how many pods share one
    accelerator asked for by a resource name, where the device plugin is told."""

    provider: str
    region: str
    matcher: Matcher
    pools: tuple[Pool, ...]
    serverless: bool
    profiles: tuple[Resource, ...]
    limits: Mapping[str, Mapping[str, object]]
    configured: Cluster
    catalog: Catalog
    shared: Mapping[str, float]

    def needs(self, group: PodGroup, namespace: object) -> Needs:
        """What each pod of a group asks for, the defaults of its namespace included. Raises UnknownValue."""
        return needs_of(group, self.limits.get(str(namespace), {}), self.shared)

    def landing(self, group: PodGroup, needs: Needs) -> Landing:
        """Where pods of a group land among the pools."""
        return self.matcher.landing(group.spec, needs)

    def elsewhere(self, group: PodGroup, needs: Needs) -> Node | None:
        """The node pods land on where no pool says: the one their labels name, else what the configuration says that
        nodes are."""
        named = self.matcher.by_labels(group.spec, needs)
        if named is not None or not self.configured.machine:
            return named
        machine = Machine(self.configured.machine)
        held = capacity(machine, self.provider, self.region, self.catalog)
        return None if held is None else Node(None, self.provider, self.region, machine, held, False)

    def profile_for(self, group: PodGroup, namespace: object) -> Resource | None:
        """The Fargate profile that takes pods of a group, None if none certainly does."""
        for profile in self.profiles:
            for selector in items(profile.get("selector")):
                wanted = selector.get("labels")
                labels = wanted if isinstance(wanted, dict) else {}
                if (
                    not is_unknown(wanted)
                    and _matches(selector.get("namespace"), namespace)
                    and all(key in group.labels and group.labels[key] == value for key, value in labels.items())
                ):
                    return profile
        return None


def surrounding_types() -> tuple[str, ...]:
    """Every type that says something about the cluster."""
    return tuple(sorted({*pool_types(), *CLUSTERS, *_BESIDE}))


def surroundings(view: Resources, configured: Cluster, catalog: Catalog) -> Surroundings:
    """What workloads of a stack find around them. `configured`: what somebody said of the cluster."""
    found = tuple(pools(view.of_type(*sorted(pool_types())), view.resources, catalog))
    clusters = [one for one in view.of_type(*CLUSTERS) if not one.data]
    provider, region = configured.provider, configured.region
    clouds = {CLUSTERS[one.type] for one in clusters} | {pool.provider for pool in found if pool.provider}
    if not provider and len(clouds) == 1:
        (provider,) = clouds
    regions = {one.region.name for one in clusters if one.region.name} | {pool.region for pool in found if pool.region}
    if not region and len(regions) == 1:
        (region,) = regions
    autopilot = (one.get("enable_autopilot") is True for one in clusters if one.type == "google_container_cluster")
    return Surroundings(
        provider=provider,
        region=region,
        matcher=Matcher(found, catalog, provider, region, dict(configured.regions)),
        pools=found,
        serverless=any(autopilot),
        profiles=tuple(view.of_type("aws_eks_fargate_profile")),
        limits={str(_namespace(one)): _defaults(one) for one in view.of_type("LimitRange")},
        configured=configured,
        catalog=catalog,
        shared=shared_by(view.of_type("ConfigMap")),
    )


def _namespace(resource: Resource) -> object:
    return resource.get("metadata.namespace") or ""


def _defaults(limit_range: Resource) -> Mapping[str, object]:
    """The requests a LimitRange gives containers without: its default requests, else its default limits."""
    found: dict[str, object] = {}
    for limit in items(limit_range.get("spec.limits")):
        if limit.get("type") == "Container":
            for part in ("default", "defaultRequest"):
                values = limit.get(part)
                found |= values if isinstance(values, dict) else {}
    return {name: value for name, value in found.items() if name in ("cpu", "memory")}


def _matches(pattern: object, namespace: object) -> bool:
    """Whether a namespace is one a profile selects (with `*` and `?`)."""
    if not isinstance(pattern, str) or not isinstance(namespace, str) or not namespace:
        return False
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(translated, namespace) is not None
