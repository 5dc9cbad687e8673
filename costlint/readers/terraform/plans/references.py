"""The configuration part of a plan: which resources an expression refers to, through variables and outputs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from costlint.model import Reference

_MOST_SOURCES = 16
_MOST_STEPS = 32
_INDEX = r"(?:\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]]*)\])?"
_MODULE = re.compile(rf"module\.([\w-]+)({_INDEX})(?:\.([\w-]+))?")
_RESOURCE = re.compile(rf"((?:data\.)?[\w-]+\.[\w-]+{_INDEX})(?:\.(.+))?")
_VARIABLE = re.compile(r"var\.([\w-]+)")
_INDICES = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]')
_NOT_RESOURCES = frozenset({"var", "local", "each", "count", "path", "terraform", "self", "module"})


class ModuleStep(NamedTuple):
    """One module instance on the way to a resource: its call's name and its whole address."""

    name: str
    address: str

    @classmethod
    def of(cls, address: str, above: tuple[ModuleStep, ...]) -> ModuleStep:
        """The step with this address below the others."""
        own = address[len(above[-1].address) + 1 :] if above else address
        match = _MODULE.match(own)
        if match is None:
            raise ValueError(f"{address} is not the address of a module")
        return cls(match[1], address)


class References:
    """Resolves expressions of the configuration to the resources they take their value from."""

    def __init__(self, plan: Mapping[str, Any], modules: Iterable[tuple[ModuleStep, ...]]) -> None:
        configuration = plan.get("configuration") or {}
        self._root: Mapping[str, Any] = configuration.get("root_module") or {}
        self._variables: Mapping[str, Any] = plan.get("variables") or {}
        self._resources: dict[int, dict[tuple[str, str, str], Mapping[str, Any]]] = {}
        self._instances: dict[str, dict[tuple[ModuleStep, ...], None]] = {}
        for steps in modules:
            for count in range(1, len(steps) + 1):
                block = _INDICES.sub("", steps[count - 1].address)
                self._instances.setdefault(block, {})[steps[:count]] = None

    def configuration(self, modules: tuple[ModuleStep, ...], mode: str, type_: str, name: str) -> Mapping[str, Any]:
        """What the configuration says of a resource, {} if it is not in it."""
        module = self._module(modules)
        indexed = self._resources.get(id(module))
        if indexed is None:
            indexed = self._resources[id(module)] = {
                (found.get("mode", "managed"), found["type"], found["name"]): found
                for found in module.get("resources") or ()
            }
        return indexed.get((mode, type_, name), {})

    def of(self, expression: Mapping[str, Any], modules: tuple[ModuleStep, ...]) -> tuple[Reference, ...]:
        """The resources an expression in a module instance refers to, most specific first."""
        found: dict[Reference, None] = {}
        self._collect(expression, modules, found, _MOST_STEPS)
        return tuple(found)

    def exported(self) -> tuple[Reference, ...]:
        """The resources the outputs of the root refer to."""
        found: dict[Reference, None] = {}
        for declared in (self._root.get("outputs") or {}).values():
            found.update(dict.fromkeys(self.of(declared.get("expression") or {}, ())))
        return tuple(found)

    def value(self, expression: Mapping[str, Any], module: str) -> object:
        """The constant an expression is, or the value of the variable it names; None if it is neither."""
        where: tuple[ModuleStep, ...] = ()
        if module:
            block = _INDICES.sub("", module)
            where = next(iter(self._instances.get(block, ())), ())
        for _ in range(_MOST_STEPS):
            if "constant_value" in expression:
                return expression["constant_value"]
            names = [name for name in expression.get("references") or () if isinstance(name, str)]
            match = _VARIABLE.fullmatch(names[0]) if len(names) == 1 else None
            if match is None:
                return None
            if not where:
                return (self._variables.get(match[1]) or {}).get("value")
            declared = (self._module(where).get("variables") or {}).get(match[1]) or {}
            call = self._call(where)
            given = (call.get("expressions") or {}).get(match[1])
            if given is None:
                return declared.get("default")
            expression, where = given, where[:-1]
        return None

    def _collect(
        self, expression: Any, modules: tuple[ModuleStep, ...], found: dict[Reference, None], steps: int
    ) -> None:
        if steps <= 0 or len(found) >= _MOST_SOURCES:
            return
        if isinstance(expression, list):
            for item in expression:
                self._collect(item, modules, found, steps - 1)
            return
        if not isinstance(expression, dict):
            return
        names = expression.get("references")
        if not isinstance(names, list):
            for item in expression.values():
                if isinstance(item, (dict, list)):
                    self._collect(item, modules, found, steps - 1)
            return
        texts = [name for name in names if isinstance(name, str)]
        for name in texts:  # "a.b[0].id" comes with "a.b[0]" and "a.b", which add nothing
            if not any(other.startswith((f"{name}.", f"{name}[")) for other in texts):
                self._name(name, modules, found, steps)

    def _name(self, name: str, modules: tuple[ModuleStep, ...], found: dict[Reference, None], steps: int) -> None:
        variable = _VARIABLE.match(name)
        if variable is not None:
            if modules:
                given = (self._call(modules).get("expressions") or {}).get(variable[1])
                self._collect(given, modules[:-1], found, steps - 1)
            return
        prefix = f"{modules[-1].address}." if modules else ""
        module = _MODULE.match(name)
        if module is not None:
            self._output(prefix, module, modules, found, steps)
            return
        resource = _RESOURCE.fullmatch(name)
        if resource is not None and name.partition(".")[0] not in _NOT_RESOURCES:
            address, attribute = resource.groups()
            found[Reference(prefix + address, attribute or "")] = None

    def _output(
        self,
        prefix: str,
        name: re.Match[str],
        modules: tuple[ModuleStep, ...],
        found: dict[Reference, None],
        steps: int,
    ) -> None:
        """`module.m["a"].out`: what the output of that instance (of all instances, if none is named) refers to."""
        call, index, output = name.groups()
        if output is None:
            return
        named = f"{prefix}module.{call}{index}"
        for instance in self._instances.get(_INDICES.sub("", named), ()):
            if instance[:-1] == modules and (not index or instance[-1].address == named):
                declared = (self._module(instance).get("outputs") or {}).get(output) or {}
                self._collect(declared.get("expression"), instance, found, steps - 1)

    def _module(self, modules: tuple[ModuleStep, ...]) -> Mapping[str, Any]:
        module = self._root
        for step in modules:
            call = (module.get("module_calls") or {}).get(step.name) or {}
            module = call.get("module") or {}
        return module

    def _call(self, modules: tuple[ModuleStep, ...]) -> Mapping[str, Any]:
        """The module block that made the innermost of these instances."""
        calls = self._module(modules[:-1]).get("module_calls") or {}
        return calls.get(modules[-1].name) or {}

    def source(self, modules: tuple[ModuleStep, ...]) -> str:
        """The source of the innermost module as written."""
        return str(self._call(modules).get("source") or "")
