"""`terraform show -json` of a plan → a stack. The format: https://developer.hashicorp.com/terraform/internals/json-format

Values are the plan's. What is only known after apply becomes a Reference to the resource the configuration
takes it from, so that edges exist; what neither the configuration sets nor the plan knows is left out, as it is
when the source is read.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from costlint.model import UNKNOWN, Diagnostic, LinkedStr, Provider, Reference, Region, Resource, Stack, Unknown
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.plans.encoding import in_utf8
from costlint.readers.terraform.plans.places import Places
from costlint.readers.terraform.plans.references import ModuleStep, References
from costlint.readers.terraform.providers import cloud_of, effective_tags
from costlint.readers.terraform.regions import inherit_regions, region_from, region_of
from costlint.sources import Source, SourceError

_SUPPORTED = "1"
_MOST_NESTED = 100
_REGION_ARGUMENTS = ("region", "zone")


class _Written(NamedTuple):
    """A resource of the plan, and the module instances it stands in, outermost first."""

    resource: Mapping[str, Any]
    modules: tuple[ModuleStep, ...]


def read_plan(source: Source, path: str, files: TerraformFiles) -> Stack:
    """The resources a plan leaves deployed. What is wrong with the file becomes a diagnostic of the stack."""
    shown = source.shown(path)
    stack = Stack(name=shown, kind="plan", path=posixpath.dirname(path), files=(shown,))
    try:
        data = in_utf8(source.read(path))
        plan = json.loads(data)
    except SourceError as error:
        stack.diagnostics.append(Diagnostic("error", error.about(shown), shown))
        return stack
    except json.JSONDecodeError as error:
        stack.diagnostics.append(Diagnostic("error", f"not JSON: {error.msg}", shown, error.lineno, error.colno))
        return stack
    except (UnicodeDecodeError, RecursionError):
        stack.diagnostics.append(Diagnostic("error", "not JSON that can be read", shown))
        return stack
    complaint = _complaint(plan)
    if complaint:
        stack.diagnostics.append(Diagnostic("error", complaint, shown))
        return stack
    try:
        _fill(stack, plan, Places(files, path, data))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        stack.resources.clear()
        stack.diagnostics.append(Diagnostic("error", "not a plan as terraform show -json writes it", shown))
    return stack


def _complaint(plan: object) -> str:
    """What keeps a document from being a plan that can be read, "" if nothing does."""
    if not isinstance(plan, dict) or not isinstance(plan.get("planned_values"), dict):
        return "not a plan in JSON: write one with terraform show -json"
    version = str(plan.get("format_version", ""))
    if version.partition(".")[0] not in (_SUPPORTED, "0"):
        return f'plan format version "{version}" is not known; costlint reads versions 0 and 1'
    if plan.get("errored"):
        return "terraform failed while making this plan, so it is not complete"
    return ""


def _fill(stack: Stack, plan: dict[str, Any], places: Places) -> None:
    written = list(_resources(plan["planned_values"].get("root_module") or {}, ()))
    state = (plan.get("prior_state") or {}).get("values") or {}
    here = {item.resource["address"] for item in written}
    written += [
        item
        for item in _resources(state.get("root_module") or {}, ())
        if item.resource.get("mode") == "data" and item.resource["address"] not in here
    ]
    changes = {change["address"]: change.get("change") or {} for change in plan.get("resource_changes") or ()}
    references = References(plan, [item.modules for item in written])
    providers = _Providers(plan, references)
    for item in written:
        change = changes.get(item.resource["address"], {})
        stack.resources.append(_resource(item, change, references, providers, places))
    stack.moved = tuple(
        (change["previous_address"], change["address"])
        for change in plan.get("resource_changes") or ()
        if change.get("previous_address")
    )
    inherit_regions(stack.resources)
    stack.region = providers.default_region(stack)
    stack.suppressions = places.suppressions
    stack.exported = frozenset(reference.address for reference in references.exported())


def _resources(module: Mapping[str, Any], steps: tuple[ModuleStep, ...]) -> Iterator[_Written]:
    if len(steps) > _MOST_NESTED:
        return
    for resource in module.get("resources") or ():
        yield _Written(resource, steps)
    for child in module.get("child_modules") or ():
        yield from _resources(child, (*steps, ModuleStep.of(child["address"], steps)))


def _resource(
    item: _Written, change: Mapping[str, Any], references: References, providers: _Providers, places: Places
) -> Resource:
    written = item.resource
    address, type_, name = written["address"], written["type"], written["name"]
    configuration = references.configuration(item.modules, written.get("mode", "managed"), type_, name)
    merging = _Merging(references, item.modules)
    attributes = merging.block(
        written.get("values") or {},
        change.get("after_unknown") or {},
        written.get("sensitive_values") or {},
        configuration.get("expressions") or {},
    )
    cloud = cloud_of(type_)
    region = providers.region(configuration.get("provider_config_key", ""), cloud)
    tags = attributes.get("tags_all")
    span, locator = places.of(item.modules, written)
    return Resource(
        address=address,
        type=type_,
        provider=cloud,
        attributes=attributes,
        span=span,
        region=region_of(cloud, attributes, region),
        tags=tags if isinstance(tags, dict) else effective_tags(type_, attributes, {}),
        name=name,
        module=item.modules[-1].address if item.modules else "",
        data=written.get("mode") == "data",
        locator=locator,
    )


class _Merging:
    """Puts a resource's values, what is unknown or secret of them, and where they come from, into one value."""

    def __init__(self, references: References, modules: tuple[ModuleStep, ...]) -> None:
        self._references = references
        self._modules = modules

    def block(self, values: Any, unknown: Any, secret: Any, expressions: Any) -> dict[str, object]:
        """The attributes and nested blocks of a block; those neither set nor known are left out."""
        found: dict[str, object] = {}
        for name in dict.fromkeys((*values, *(unknown if isinstance(unknown, dict) else ()))):
            expression = expressions.get(name) if isinstance(expressions, dict) else None
            value = self._value(values.get(name), _member(unknown, name), _member(secret, name), expression)
            if value is None or (value == [] and expression is None):
                continue
            found[name] = value
        return found

    def _value(self, value: Any, unknown: Any, secret: Any, expression: Any) -> object:
        if secret is True:
            return UNKNOWN
        if unknown is True:
            return self._unknown(expression)
        if isinstance(expression, list) or (isinstance(expression, dict) and not _is_leaf(expression)):
            return self._blocks(value, unknown, secret, expression)
        sources = self._references.of(expression, self._modules) if expression else ()
        return self._leaf(value, unknown, secret, sources)

    def _unknown(self, expression: Any) -> Unknown | None:
        """Known after apply: a reference if the configuration sets it, nothing if only the provider does."""
        if not expression:
            return None
        if not _is_leaf(expression):
            return UNKNOWN
        sources = self._references.of(expression, self._modules)
        if len(sources) == 1:
            return sources[0]
        return Unknown(sources) if sources else UNKNOWN

    def _blocks(self, value: Any, unknown: Any, secret: Any, expression: Any) -> object:
        if isinstance(value, dict) and isinstance(expression, dict):
            return self.block(value, unknown, secret, expression)
        if not isinstance(value, list):
            return self._leaf(value, unknown, secret, ())
        one_each = isinstance(expression, list) and len(expression) == len(value)
        return [
            self.block(item, _member(unknown, i), _member(secret, i), expression[i] if one_each else {})
            if isinstance(item, dict)
            else self._leaf(item, _member(unknown, i), _member(secret, i), ())
            for i, item in enumerate(value)
        ]

    def _leaf(self, value: Any, unknown: Any, secret: Any, sources: tuple[Reference, ...]) -> object:
        """A value without an expression for each of its parts: all of them may come from any of the sources."""
        if secret is True:
            return UNKNOWN
        if unknown is True:
            return Unknown(sources) if len(sources) != 1 else sources[0]
        if isinstance(value, dict):
            names = dict.fromkeys((*value, *(unknown if isinstance(unknown, dict) else ())))
            members = {
                name: self._leaf(value.get(name), _member(unknown, name), _member(secret, name), sources)
                for name in names
            }
            return {name: member for name, member in members.items() if member is not None}
        if isinstance(value, list):
            return [self._leaf(item, _member(unknown, i), _member(secret, i), sources) for i, item in enumerate(value)]
        if isinstance(value, str) and sources:
            return LinkedStr(value, sources)
        return value


def _is_leaf(expression: Mapping[str, Any]) -> bool:
    """True for an expression, False for the expressions of a nested block."""
    return not expression or "constant_value" in expression or isinstance(expression.get("references"), list)


def _member(tree: Any, key: object) -> Any:
    """The part of an `after_unknown` or `sensitive_values` tree; True stands for everything below it."""
    if tree is True:
        return True
    if isinstance(tree, dict):
        return tree.get(key)
    if isinstance(tree, list) and isinstance(key, int) and key < len(tree):
        return tree[key]
    return None


class _Providers:
    """The regions of the plan's provider configurations."""

    def __init__(self, plan: Mapping[str, Any], references: References) -> None:
        self._configured = (plan.get("configuration") or {}).get("provider_config") or {}
        self._references = references
        self._regions: dict[str, Region] = {}

    def region(self, key: str, cloud: Provider) -> Region:
        """The region of the provider configuration a resource uses."""
        if key not in self._regions:
            self._regions[key] = self._region(key, cloud)
        return self._regions[key]

    def default_region(self, stack: Stack) -> Region:
        """The region of the first unaliased provider that names one."""
        for key in dict.fromkeys(resource.type.partition("_")[0] for resource in stack.resources):
            region = self.region(key, cloud_of(key))
            if region.name:
                return region
        return Region("", True, "no provider names a region")

    def _region(self, key: str, cloud: Provider) -> Region:
        configured = self._configured.get(key) or {}
        name = configured.get("name") or key
        expressions = configured.get("expressions") or {}
        for argument in _REGION_ARGUMENTS:
            if argument not in expressions:
                continue
            value = self._references.value(expressions[argument], configured.get("module_address", ""))
            if isinstance(value, str) and value:
                region = region_from(cloud, value)
                return Region(region, False, f'{argument} of provider "{name}"')
            return Region("", True, f'{argument} of provider "{name}" is not known before deployment')
        return Region("", True, f'no provider "{name}" names a region')
