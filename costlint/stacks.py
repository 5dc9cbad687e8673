"""From paths to stacks: every reader, in order, over every tree the paths lie in."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from costlint.config import Config, EnvironmentLabel
from costlint.model import Diagnostic, Stack
from costlint.readers.deployments import Deployments
from costlint.readers.discover import Inputs, discover
from costlint.readers.gitops.kinds import deploys
from costlint.readers.missing import MissingInputs, missing_note
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.readers.terragrunt import read_unit
from costlint.settling import environment_of
from costlint.sources import STANDARD_INPUT, DirectorySource, Source, SourceError, open_directory, standard_input

if TYPE_CHECKING:
    from costlint.readers.gitops.deployments import Deployment
    from costlint.readers.helm.dependencies import Wanted

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is read next, how many steps are done, and of how many."""

Tree: TypeAlias = tuple[Source, list[str]]
"""A tree of files, and the paths in it that are selected ("" for all)."""


def stacks_at(
    paths: Sequence[str],
    config: Config,
    diagnostics: list[Diagnostic],
    tell: Progress,
    trees: Iterable[Tree] | None = None,
) -> Iterator[tuple[Stack, EnvironmentLabel]]:
    """Every stack at the paths, one after the other, with the environment the configuration says it is deployed to.
    `trees` take the place of the files on disk. What cannot be read is told in `diagnostics`. Manifests wait for all of
    Terraform: they may run on a cluster it declares."""
    for source, selected in _sources(paths, diagnostics) if trees is None else trees:
        read = _of_source(source, selected, config, diagnostics, tell)
        yield from _on_clusters(read.manifests, read.declared, config) if read.manifests else read.declared


def charts_wanted(source: Source, selected: Sequence[str], config: Config) -> list[Wanted]:
    """The charts from elsewhere that something at the selected paths of a source deploys, and those the charts there
    depend on."""
    from costlint.readers.helm.cached import cached_charts
    from costlint.readers.helm.dependencies import Wanted, wanted

    read = _of_source(source, selected, config, [], silent)
    deployed = [one for one in read.deployments if one.chart and one.packaged]
    found = [Wanted(one.repository, one.chart, one.version, one.declared.span) for one in deployed if one.path is None]
    here = [posixpath.join(one.path, "Chart.yaml") for one in deployed if one.path is not None]
    charts = dict.fromkeys((*read.charts, *filter(source.is_file, here)))
    return [*found, *wanted(source, charts, cached_charts(source, []))]


class _Read(NamedTuple):
    """What one source holds: the stacks Terraform declares, those of everything else, what any of them say is deployed,
    and the charts (the paths of Chart.yaml)."""

    declared: list[tuple[Stack, EnvironmentLabel]]
    manifests: list[Stack]
    deployments: list[Deployment]
    charts: list[str]


def _of_source(
    source: Source, selected: Sequence[str], config: Config, diagnostics: list[Diagnostic], tell: Progress
) -> _Read:
    process = {name: text for name, text in os.environ.items() if name.startswith(("TF_VAR_", "TF_DATA_DIR"))}
    files = TerraformFiles(source, config.modules)
    deployments = Deployments(files, config, process if config.tf_var_env else {})
    inputs = discover(source, selected, files, deployments.is_named, deployments.options.environment)
    diagnostics.extend(inputs.diagnostics)
    if isinstance(source, DirectorySource):
        shown = ((source.shown(path), error) for path, error in source.closed.items())
        diagnostics.extend(Diagnostic("error", error.about(path), path) for path, error in shown)
    declared = list(_declared(source, files, deployments, inputs, diagnostics, tell))
    stacks = [stack for stack, _ in declared]
    manifests = _manifests(source, selected, inputs, diagnostics)
    if config.alternatives == "all":
        for stack in manifests:
            stack.alternative, stack.choice = False, ""
    if not inputs.charts and not any(map(deploys, (*stacks, *manifests))):
        return _Read(declared, manifests, [], inputs.charts)
    from costlint.readers.gitops.read import read_deployed

    found = read_deployed(source, selected, inputs, config, stacks, manifests, diagnostics)
    return _Read(declared, found.stacks, found.deployments, inputs.charts)


def _manifests(source: Source, selected: Sequence[str], inputs: Inputs, diagnostics: list[Diagnostic]) -> list[Stack]:
    """The stacks overlays make, and manifests that belong to none."""
    found: list[Stack] = []
    plain = inputs.manifests
    if inputs.kustomizations:
        from costlint.readers.kustomize import read_overlays

        overlays = read_overlays(source, inputs.kustomizations, selected, diagnostics)
        found += overlays.stacks
        plain = [path for path in plain if path not in overlays.read]
    if plain:
        from costlint.readers.kubernetes.read import read_stacks

        found += read_stacks(source, plain, selected, diagnostics)
    return found


def _declared(
    source: Source,
    files: TerraformFiles,
    deployments: Deployments,
    inputs: Inputs,
    diagnostics: list[Diagnostic],
    tell: Progress,
) -> Iterator[tuple[Stack, EnvironmentLabel]]:
    """The stacks Terraform and Terragrunt declare."""
    steps = len(inputs.roots) + len(inputs.units) + len(inputs.plans)
    for done, root in enumerate(inputs.roots):
        tell(root.path or ".", done, steps)
        alike: list[Stack] = []
        for deployment in deployments.of(root, diagnostics):
            stack = read_stack(files, root.path, deployment.options)
            stack.library, stack.why, stack.alternative = root.library, root.why, deployment.alternative
            alike.append(stack)
            yield stack, deployment.environment
        diagnostics.extend(filter(None, [missing_note(alike)]))
    lacking = MissingInputs()
    for done, unit in enumerate(inputs.units, len(inputs.roots)):
        tell(unit.path or ".", done, steps)
        stack = read_unit(files, unit, deployments.options)
        lacking.add(stack)
        yield stack, EnvironmentLabel()
    diagnostics.extend(lacking.notes())
    for done, path in enumerate(inputs.plans, steps - len(inputs.plans)):
        from costlint.readers.terraform.plans.plan import read_plan

        tell(path, done, steps)
        yield read_plan(source, path, files), EnvironmentLabel()


def _on_clusters(
    manifests: list[Stack], declared: list[tuple[Stack, EnvironmentLabel]], config: Config
) -> Iterator[tuple[Stack, EnvironmentLabel]]:
    """The stacks with the manifests that run on their clusters, then the manifests nothing says that of."""
    from costlint.readers.kubernetes.deploying import Host, deployed

    hosts = [Host(stack, environment_of(stack, config, label)) for stack, label in declared]
    staying = deployed(manifests, hosts, config, lambda stack: environment_of(stack, config))
    yield from declared
    yield from ((stack, EnvironmentLabel()) for stack in staying)


def _sources(paths: Sequence[str], diagnostics: list[Diagnostic]) -> Iterable[Tree]:
    """One source for each tree the paths lie in, with the paths inside it. A tree inside another is part of that."""
    opened: list[tuple[Source, str]] = []
    for path in paths:
        try:
            opened.append(standard_input() if path == STANDARD_INPUT else open_directory(path))
        except SourceError as error:
            diagnostics.append(Diagnostic("error", error.about(path), path))
    roots = {PurePath(source.label): source for source, _ in opened}
    trees: dict[str, tuple[Source, list[str]]] = {}
    for source, selected in opened:
        root = PurePath(source.label)
        outermost = next(above for above in (*reversed(root.parents), root) if above in roots)
        inside = (root / selected).relative_to(outermost).as_posix()
        trees.setdefault(str(outermost), (roots[outermost], []))[1].append("" if inside == "." else inside)
    return trees.values()


def silent(step: str, done: int, of: int) -> None:
    """Progress nobody asked for."""
