"""What the input of a stack leaves unsaid: environment, provider defaults, regions, and links between its objects."""

from __future__ import annotations

from costlint import environment
from costlint.catalog import REFERENCES, Catalog
from costlint.config import Config, EnvironmentLabel
from costlint.model import Environment, Provider, Region, Stack

_ZONES = ("availability_zone", "availability_zones")


def settle(stack: Stack, config: Config, catalog: Catalog, label: EnvironmentLabel | None = None) -> None:
    """Give a stack what its input leaves unsaid: environment, provider defaults, a region where none is named.
    `label` is what the configuration says about its environment where it declares the stack."""
    given = _given(stack, config, label)
    objects = any(resource.provider == "kubernetes" for resource in stack.resources)
    if objects:
        _settle_manifests(stack, config)
    environment.assign(stack, given)
    assumed: dict[Provider, Region] = {}
    for resource in stack.resources:
        resource.defaults = catalog.defaults(resource.type)
        if not resource.region.name and resource.provider in REFERENCES:
            if resource.provider not in assumed:
                assumed[resource.provider] = _assumed(resource.provider, stack, config, catalog)
            resource.region = assumed[resource.provider]
    if objects:
        from costlint.clusters.declared import place

        where = place(stack.resources, stack.cluster)
        for resource in stack.resources:
            if resource.provider == "kubernetes":
                resource.region = where


def _assumed(provider: Provider, stack: Stack, config: Config, catalog: Catalog) -> Region:
    """The region of what names none: as configured, else where everything else of the stack is, else the provider's
    region of reference. On AWS the provider block decides, so there only what names its zone shows where that is: what
    another provider block puts elsewhere does not."""
    if configured := config.region_for(provider):
        return Region(configured, assumed=True, evidence="configuration")
    others = [each.region for each in stack.resources if each.provider == provider and not each.region.assumed]
    if provider == "aws":
        others = [region for region in others if region.evidence in _ZONES]
    named = {name for name in {region.name for region in others} if name and catalog.shapes(provider, name)}
    if len(named) == 1:
        return Region(named.pop(), assumed=True, evidence="the rest of the stack is there")
    return Region(REFERENCES[provider][0], assumed=True, evidence="nothing names a region")


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
