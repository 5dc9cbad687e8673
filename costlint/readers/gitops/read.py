"""What GitOps objects and Terraform deploy, gathered from the stacks they are in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from costlint.config import Config
from costlint.model import Diagnostic, Resource, Stack, UnknownValue
from costlint.model.values import Path
from costlint.readers.discover import Inputs
from costlint.readers.gitops import argocd, flux, kinds, terraform
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.gitops.generators import FilledLocator, generated
from costlint.readers.gitops.repositories import Repositories
from costlint.readers.gitops.stand_ins import stand_ins
from costlint.readers.gitops.values import release
from costlint.readers.helm.variants import Variant
from costlint.sources import Source

_MOST_ROUNDS = 4


class Deployed(NamedTuple):
    """The stacks of manifests and charts, and everything that is said to be deployed."""

    stacks: list[Stack]
    deployments: list[Deployment]


def read_deployed(
    source: Source,
    selected: Sequence[str],
    inputs: Inputs,
    config: Config,
    declared: Sequence[Stack],
    manifests: Sequence[Stack],
    problems: list[Diagnostic],
) -> Deployed:
    """The stacks of manifests and of charts, with what any of them (or what is `declared` in Terraform) says is
    deployed read as it says: charts with the values they are given, and directories nothing else was known of. Charts
    may render what deploys further charts. Charts from elsewhere are read if they were fetched; of others the values
    they are given stand in for them."""
    from costlint.readers.gitops.fetched import read_fetched
    from costlint.readers.helm.cached import cached_charts
    from costlint.readers.helm.read import read_charts
    from costlint.readers.helm.settings import chart_options
    from costlint.readers.kustomize import read_overlays

    options = chart_options(config)
    cached = cached_charts(source, problems)
    found = list(manifests)
    known = deployments(source, [*declared, *found], config.repos)
    charts = read_charts(source, inputs.charts, selected, problems, options, releases(known, source), cached).stacks
    fetched: list[Stack] = []
    further = known
    for _ in range(_MOST_ROUNDS):
        came = read_fetched(cached, further, options, problems)
        fetched += came
        rendered = deployments(source, [*charts, *came], config.repos)
        further = [one for one in rendered if not any(_same(one, old) for old in known)]
        if not further:
            break
        known += further
        again = releases(further, source)
        paths = [posixpath.join(path, "Chart.yaml") for path in again]
        read = read_charts(source, paths, selected, problems, options, releases(known, source), cached).stacks
        charts = [*(stack for stack in charts if stack.path not in again), *read]
    placed = directories(known)
    here = {stack.path for stack in found}
    bases = [path for path in inputs.kustomizations if posixpath.dirname(path) in placed.keys() - here]
    if bases:
        named = {posixpath.dirname(path) for path in bases}
        found += read_overlays(source, bases, selected, problems, named).stacks
    settle(found, placed)
    problems += stand_ins(one for one in known if not one.rendered)
    return Deployed([*charts, *fetched, *found], known)


def _same(one: Deployment, other: Deployment) -> bool:
    return one.declared.address == other.declared.address and one.path == other.path and one.name == other.name


def deployments(source: Source, stacks: Iterable[Stack], repos: Mapping[str, str]) -> list[Deployment]:
    """What the objects of the stacks deploy. `repos` leads from URLs of repositories to directories of the source.
    Generators nothing is known of become diagnostics of their stack."""
    repositories = Repositories(source, repos)
    found: list[Deployment] = []
    for stack in stacks:
        for resource in stack.resources:
            try:
                found += list(_of(source, repositories, resource, stack))
            except UnknownValue:
                message = f"what {resource.address} deploys depends on values that are not known: it is not read"
                stack.diagnostics.append(Diagnostic("note", message, *resource.span[:3]))
    return found


def _of(source: Source, repositories: Repositories, resource: Resource, stack: Stack) -> Iterator[Deployment]:
    if resource.type == kinds.APPLICATION:
        yield from argocd.applied(source, repositories, resource, stack)
    elif resource.type == kinds.APPLICATION_SET:
        yield from _of_set(source, repositories, resource, stack)
    elif resource.type == kinds.FLUX_RELEASE:
        yield from flux.released(source, repositories, resource, stack)
    elif resource.type == kinds.FLUX_KUSTOMIZATION:
        yield from flux.reconciled(repositories, resource, stack)
    elif resource.type == kinds.TERRAFORM_RELEASE and not resource.data:
        yield from terraform.released(source, resource, stack)


def _of_set(source: Source, repositories: Repositories, resource: Resource, stack: Stack) -> Iterator[Deployment]:
    applications, unknown = generated(source, repositories, resource)
    if unknown:
        what = ", ".join(dict.fromkeys(unknown))
        message = f"what the generator {what} makes is known only where it runs: its Applications are not read"
        stack.diagnostics.append(Diagnostic("note", message, *resource.span[:3]))
    at: Path = ("spec", "template", "spec")
    for one in applications:
        own = replace(resource, name=one.name, locator=FilledLocator(resource, one.filled))
        yield from argocd.deployed(source, repositories, own, stack, one.spec, at)


def releases(found: Iterable[Deployment], source: Source) -> dict[str, list[Variant]]:
    """The releases of charts of this tree, by the chart's directory, with what each is given."""
    charts: dict[str, list[Variant]] = {}
    for one in found:
        if one.path is None or not source.is_file(posixpath.join(one.path, "Chart.yaml")):
            continue
        charts.setdefault(one.path, []).append(release(one))
    return charts


def directories(found: Iterable[Deployment]) -> dict[str, list[Deployment]]:
    """The directories of this tree that are deployed as they are (or by Kustomize), with what says so."""
    chosen: dict[str, list[Deployment]] = {}
    for one in found:
        if one.path is not None:
            chosen.setdefault(one.path, []).append(one)
    return chosen


def settle(stacks: Iterable[Stack], found: Mapping[str, Sequence[Deployment]]) -> None:
    """Give the stacks of deployed directories what is known of where they go: they are no examples and no
    alternatives. One that is deployed several times is read once, and says so."""
    for stack in stacks:
        deployed = found.get(stack.path, ())
        if not deployed or stack.kind == "helm":
            continue
        stack.library = stack.alternative = False
        stack.why = f"{deployed[0].declared.address} deploys it"
        stack.signs = (*stack.signs, *(deployed[0].signs if len(deployed) == 1 else ()))
        span = deployed[0].declared.span
        if len(deployed) > 1:
            message = f"{len(deployed)} Applications deploy {stack.name}: it is counted once"
            stack.diagnostics.append(Diagnostic("note", message, *span[:3]))
        for override in deployed[0].overrides:
            message = f"{override} of {deployed[0].declared.address} changes what is deployed and is not read"
            stack.diagnostics.append(Diagnostic("note", message, *span[:3]))
