"""Which manifests run on which cluster: those of an environment on the one cluster Terraform declares for it."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from costlint.clusters.declared import cloud_of, clusters_in
from costlint.config import ClusterSettings, Config
from costlint.model import Cluster, Deployed, Environment, Region, Stack
from costlint.readers.kubernetes.clouds import cloud_named, clouds_named
from costlint.readers.kubernetes.links import namespace_of


class Host(NamedTuple):
    """A stack that may hold a cluster, and its environment."""

    stack: Stack
    environment: Environment


def deployed(
    manifests: Sequence[Stack],
    hosts: Iterable[Host],
    config: Config,
    environment_of: Callable[[Stack], Environment],
) -> list[Stack]:
    """Add the manifests that certainly run on the cluster of another stack to that stack, and give those that stay by
    themselves what the configuration says of their cluster. The stacks that stay."""
    every = list(hosts)
    clusters = [host for host in every if not host.stack.library and clusters_in(host.stack.resources) == 1]
    clouds = clouds_named(one.path for one in (*manifests, *(host.stack for host in clusters)) if not one.library)
    chosen: list[tuple[Stack, Stack, str]] = []
    staying = []
    for stack in manifests:
        entry = config.cluster_for(stack.directory or stack.name, _namespaces(stack))
        if entry is not None and not entry.root:
            _describe(stack, entry, config)
        possible = [one for one in clusters if _may_be_for(stack, one.stack, clouds)]
        host, evidence = _host(stack, entry, every, possible, config, environment_of)
        if host is None:
            staying.append(stack)
        else:
            chosen.append((stack, host, evidence))
    together = Counter((id(host), one.address) for stack, host, _ in chosen for one in stack.resources)
    choices = Counter((id(host), stack.choice) for stack, host, _ in chosen if stack.choice)
    for stack, host, evidence in chosen:
        if choices[id(host), stack.choice] > 1 or any(together[id(host), one.address] > 1 for one in stack.resources):
            staying.append(stack)  # somebody applies one or the other: which, nothing says
        else:
            _add(stack, host, evidence)
    return [stack for stack in manifests if any(stack is one for one in staying)]


def _host(
    stack: Stack,
    entry: ClusterSettings | None,
    every: list[Host],
    clusters: list[Host],
    config: Config,
    environment_of: Callable[[Stack], Environment],
) -> tuple[Stack | None, str]:
    if stack.library or stack.variant or clusters_in(stack.resources):
        return None, ""
    if entry is not None:
        if not entry.root:
            return None, ""
        named = [host for host in every if config.is_at(entry.root, host.stack.directory or host.stack.name)]
        found = _of_environment(named, environment_of(stack))
        return found, "clusters in the configuration says so"
    own = environment_of(stack)
    found = _of_environment(clusters, own)
    if found is None:
        alike = [host.stack for host in clusters if _shared_name(stack, host.stack)]
        if len(clusters) > 1 and len(alike) == 1:
            return alike[0], f"both are {_shared_name(stack, alike[0])}"
        return None, ""
    return found, f"it is the cluster of {own.name}" if len(clusters) > 1 else "it is the only cluster here"


def _shared_name(one: Stack, other: Stack) -> str:
    """The end of the paths of two stacks if it is the same, directory and the one it lies in (`environments/blue`): two
    halves of what is called so. "" if it is not, or one is in the other."""
    name, others = (posixpath.normpath(stack.path).split("/")[-2:] for stack in (one, other))
    return "/".join(name) if len(name) == 2 and name == others and one.path != other.path else ""


def _may_be_for(stack: Stack, host: Stack, clouds: set[str]) -> bool:
    """Whether manifests may be for a cluster as far as directories are named after clouds. Where some are for other
    clouds, nothing says where those go that name none."""
    own, cloud = cloud_named(stack.path), cloud_of(host.resources)
    return own == cloud if own else not clouds - {cloud}


def _of_environment(hosts: list[Host], own: Environment) -> Stack | None:
    """The one host manifests of an environment fit; None if several do, or none."""
    if len(hosts) == 1:
        other = hosts[0].environment
        return None if own.kind and other.kind and own.kind != other.kind else hosts[0].stack
    if not own.kind:
        return None
    for fits in (
        [host for host in hosts if own.name and host.environment.name == own.name],
        [host for host in hosts if host.environment.kind == own.kind and _may_be_one(host.environment, own)],
    ):
        if len(fits) == 1:
            return fits[0].stack
    return None


def _may_be_one(one: Environment, other: Environment) -> bool:
    """Whether two environments of one kind can be the same: production goes by many names, but development is not
    staging."""
    return one.kind == "prod" or one.name == other.name or "nonprod" in (one.name or "nonprod", other.name or "nonprod")


def _add(stack: Stack, host: Stack, evidence: str) -> None:
    taken = {one.address for one in host.resources}
    own = [one for one in stack.resources if one.address not in taken]
    host.resources += own
    host.suppressions += stack.suppressions
    host.diagnostics += stack.diagnostics
    host.files = (*host.files, *stack.files)
    host.outside |= stack.outside
    host.unread = (*host.unread, *stack.unread)
    host.deployed = (*host.deployed, Deployed(stack.directory or stack.name, len(own), evidence))


def _describe(stack: Stack, entry: ClusterSettings, config: Config) -> None:
    region = entry.region or config.region_for(entry.provider)
    stack.cluster = Cluster(entry.provider, region, entry.instance_type, "clusters in the configuration")
    stack.region = Region(region, not region, "clusters in the configuration")


def _namespaces(stack: Stack) -> set[str]:
    found = (namespace_of(one) for one in stack.resources if one.type != "Namespace")
    return {name for name in found if isinstance(name, str) and name}
