"""Resource and data blocks of a module instance: their instances, and their attributes one by one.

An attribute someone refers to is evaluated alone, so two resources may refer to each other's different attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.model import LinkedStr, Reference, Unknown
from costlint.readers.terraform.configuration import Declared, ProviderName, provider_name
from costlint.readers.terraform.evaluation import blocks
from costlint.readers.terraform.evaluation.cells import Memo
from costlint.readers.terraform.evaluation.expand import (
    SINGLE,
    Expansion,
    Key,
    instances,
    repetition,
    suffix,
    unknown_instances,
)
from costlint.readers.terraform.evaluation.operators import BlockMap, NestedBlocks, NestedMap
from costlint.readers.terraform.evaluation.scope import EvaluationError, Handle, Scope
from costlint.readers.terraform.offline import answer
from costlint.readers.terraform.syntax.ast import Body

if TYPE_CHECKING:
    from costlint.readers.terraform.modules import ModuleInstance

_MOST_SOURCES = 16


class ResourceHandle(Handle, Reference):
    """One instance as a whole: a reference that knows where the attributes are configured."""

    __slots__ = ("block", "key")

    def __init__(self, block: ResourceBlock, key: Key) -> None:
        Reference.__init__(self, block.address_of(key))
        self.block = block
        self.key = key

    @property
    def single(self) -> bool:
        return not isinstance(self.key, Unknown)

    def member(self, name: str, start: int) -> object:
        return self.block.attribute(self.key, name)

    def element(self, key: object, start: int) -> object:
        return self.member(key, start) if self.single and isinstance(key, str) else self


class ResourceBlock:
    """A `resource` or `data` block in one module instance."""

    __slots__ = ("_expansion", "_memo", "_names", "_whole", "address", "declared", "mode", "module", "name", "type")

    def __init__(self, module: ModuleInstance, mode: str, type_: str, name: str, declared: Declared) -> None:
        self.module = module
        self.mode = mode
        self.type = type_
        self.name = name
        self.declared = declared
        self.address = f"{module.prefix}{'' if mode == 'resource' else mode + '.'}{type_}.{name}"
        self._memo: Memo | None = None
        self._expansion: Expansion | None = None
        self._names: frozenset[str] | None = None
        self._whole: object = None

    @property
    def body(self) -> Body:
        return self.declared.block.body

    @property
    def memo(self) -> Memo:
        """What was worked out so far of its attributes; most blocks are never asked for one."""
        if self._memo is None:
            self._memo = {}
        return self._memo

    @property
    def expansion(self) -> Expansion:
        """Which instances there are."""
        if self._expansion is None:
            single = repetition(self.body) is None
            self._expansion = SINGLE if single else expansion_of(self.module, self.declared, self.memo, self.address)
        return self._expansion

    def address_of(self, key: Key) -> str:
        return self.address + suffix(key)

    def scope(self, key: Key) -> Scope:
        """Where the attributes of an instance are evaluated."""
        return Scope(self.module, self.declared.file, self.expansion.names(key))

    def whole(self) -> object:
        """What a reference to the block means: an instance, a list of them, or a map of them."""
        if self._whole is None:
            self._whole = self.expansion.whole(lambda key: ResourceHandle(self, key))
        return self._whole

    def attribute(self, key: Key, name: str) -> object:
        """What `address.name` is: the configured value, remembering where it was read; else a Reference."""
        if isinstance(key, Unknown):
            return Reference(self.address_of(key), name)
        if self._names is None:
            self._names = blocks.names_in(self.body)
        if self.mode == "data":
            known = answer(self, key, name)
            if known is not None:
                return linked(known, Reference(self.address_of(key), name))
        if name not in self._names:
            return Reference(self.address_of(key), name)
        address = self.address_of(key)
        return self.module.reading.force(
            self.memo, (key, name), lambda: self._linked(key, name, Reference(address, name)), f"{address}.{name}"
        )

    def _linked(self, key: Key, name: str, source: Reference) -> object:
        value = blocks.value_of(self.body, name, self.scope(key), self.module.reading)
        return linked(value, source, nested=name not in self.body.attributes)

    def attributes(self, key: Key) -> dict[str, object]:
        """All attributes of an instance."""
        found = blocks.attributes_of(self.body, self.scope(key), self.module.reading)
        lifecycle = blocks.lifecycle_of(self.body)
        if lifecycle:
            found["lifecycle"] = [lifecycle]
        return found

    def alike(self) -> bool:
        """True if every instance has the same attributes: nothing in the body depends on each or count."""
        return not _mentions(self.body, ("each", "count"))

    @property
    def provider(self) -> ProviderName:
        """The provider configuration the block uses: its local name and alias."""
        attribute = self.body.attributes.get("provider")
        if attribute is not None:
            return provider_name(attribute.expr)
        return self.type.partition("_")[0], ""


def expansion_of(module: ModuleInstance, declared: Declared, memo: Memo, address: str) -> Expansion:
    """The instances of a resource block or module call; a mistake in count or for_each makes them unknown."""
    repeated = repetition(declared.block.body)
    if repeated is None:
        return SINGLE
    kind = repeated[0]
    reading = module.reading

    def compute() -> object:
        attribute = declared.block.body.attributes[kind]
        value = reading.attribute_value(attribute, Scope(module, declared.file, {}))
        try:
            return instances(kind, value, attribute.expr, reading.limits.instances)
        except EvaluationError as error:
            reading.mistake(error.message, module, declared.file, error.start)
            return unknown_instances(kind)

    found = reading.force(memo, kind, compute, f"{kind} of {address}")
    assert isinstance(found, Expansion)
    return found


def linked(value: object, source: Reference, nested: bool = False) -> object:
    """A configured value as read through a reference: its strings say where they came from, null is computed.
    `nested`: it is that of nested blocks, not of an attribute."""
    return source if value is None else _link(value, source, nested)


def _link(value: object, source: Reference, nested: bool) -> object:
    if isinstance(value, str):
        sources = (source, *value.sources) if isinstance(value, LinkedStr) else (source,)
        return LinkedStr(value, sources[:_MOST_SOURCES])
    if isinstance(value, Unknown):
        return Reference(source.address, source.attribute, value.sources[: _MOST_SOURCES - 1])
    if isinstance(value, list):
        kind = NestedBlocks if nested and type(value) is list and _all_maps(value) else type(value)
        return kind([_link(_block(item, source), source, nested) for item in value])
    if isinstance(value, BlockMap):
        return BlockMap({key: _link(item, source, nested) for key, item in value.items()}, source)
    if isinstance(value, dict):
        members = {key: _link(item, source, nested) for key, item in value.items()}
        return NestedMap(members, source) if type(value) in _OBJECTS and _holds_objects(value) else type(value)(members)
    return value


_OBJECTS = (dict, NestedMap)


def _block(value: object, source: Reference) -> object:
    return BlockMap(value, source) if isinstance(value, dict) else value


def _all_maps(values: list[object]) -> bool:
    return all(isinstance(item, dict) for item in values)


def _holds_objects(value: dict[str, object]) -> bool:
    """True where it cannot be a map of texts (tags, labels), whose missing members are mistakes."""
    return any(isinstance(item, (dict, list)) for item in value.values())


def _mentions(body: Body, names: tuple[str, ...]) -> bool:
    """True if an expression anywhere in the body starts from one of the names."""
    bodies = [body]
    pending: list[object] = []
    while bodies:
        current = bodies.pop()
        bodies += [block.body for block in current.blocks]
        pending += [attribute.expr for name, attribute in current.attributes.items() if name not in names]
    while pending:
        item = pending.pop()
        if isinstance(item, tuple):
            if item and item[0] == "name" and item[3] in names:
                return True
            pending += [inner for inner in item if isinstance(inner, (tuple, list))]
        elif isinstance(item, list):
            pending += item
    return False
