"""What the input of a stack leaves unsaid: environment, provider defaults, regions, and links between its objects."""

from __future__ import annotations

from costlint import environment
from costlint.catalog import REFERENCES, Catalog
from costlint.config import Config, EnvironmentLabel
from costlint.model import Environment, Region, Stack


def settle(stack: Stack, config: Config, catalog: Catalog, label: EnvironmentLabel | None = None) -> None:
    """Give a stack what its input leaves unsaid: environment, provider defaults, a region where none is named.
    `label` is what the configuration says about its environment where it declares the stack."""
    given = _given(stack, config, label)
    objects = any(resource.provider == "kubernetes" for resource in stack.resources)
    if objects:
        _settle_manifests(stack, config)
    environment.assign(stack, given)
    for resource in stack.resources:
        resource.defaults = catalog.defaults(resource.type)
        if not resource.region.name and resource.provider in REFERENCES:
            configured = config.region_for(resource.provider)
            name = configured or REFERENCES[resource.provider][0]
            why = "configuration" if configured else "nothing names a region"
            resource.region = Region(name, assumed=True, evidence=why)
    if objects:
        from costlint.clusters.surroundings import place

        where = place(stack.resources, stack.cluster)
        for resource in stack.resources:
            if resource.provider == "kubernetes":
                resource.region = where


def environment_of(stack: Stack, config: Config, label: EnvironmentLabel | None = None) -> Environment:
    """The environment of a stack: as somebody says, else what can be inferred."""
    given = _given(stack, config, label)
    return given if given.name else environment.of_stack(stack)


def _settle_manifests(stack: Stack, config: Config) -> None:
    """Read the objects of Kubernetes Terraform declares as what they are, link all with each other, and say where nodes
    are rented if nothing else does."""
    from costlint.readers.kubernetes.links import link
    from costlint.readers.kubernetes.terraform_objects import normalise

    normalise(stack.resources)
    link(stack.resources)
    regions = tuple((provider, name) for provider in REFERENCES if (name := config.region_for(provider)))
    stack.cluster = stack.cluster._replace(regions=regions)


def _given(stack: Stack, config: Config, label: EnvironmentLabel | None) -> Environment:
    """The environment somebody says a stack has."""
    if label is None or config.environment or not (label.name or label.kind):
        shown = stack.directory or stack.name
        label = config.environment_for(shown, stack.var_files, stack.workspace, environment.places(stack))
    name = label.name or label.kind
    return environment.declared(name, label.kind) if name else Environment()
