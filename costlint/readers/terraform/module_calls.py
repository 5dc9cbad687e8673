"""`module` blocks: where their source is, which instances there are, and what they give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.model import UNKNOWN, AdaptedModule, Span, Unknown, UnresolvedModule, unknown_from
from costlint.model.diagnostics import Severity
from costlint.readers.terraform.adapters.adapters import Adapter
from costlint.readers.terraform.adapters.recording import recorded
from costlint.readers.terraform.configuration import Declared, ProviderName, provider_name
from costlint.readers.terraform.evaluation import blocks
from costlint.readers.terraform.evaluation.cells import Memo
from costlint.readers.terraform.evaluation.expand import Expansion, Key, suffix
from costlint.readers.terraform.evaluation.scope import Handle, Scope
from costlint.readers.terraform.resources import expansion_of
from costlint.readers.terraform.sourcing.addresses import parse_address
from costlint.readers.terraform.sourcing.borrowing import lent
from costlint.readers.terraform.sourcing.resolving import Call, Resolution
from costlint.readers.terraform.syntax.ast import Body

if TYPE_CHECKING:
    from costlint.readers.terraform.modules import ModuleInstance

_CALL_ARGUMENTS = frozenset(("source", "version", "providers"))
_LONGEST_COMMENT = 120


class ModuleHandle(Handle, Unknown):
    """One instance of a module as a whole; its attributes are the module's outputs."""

    __slots__ = ("call", "key")

    def __init__(self, call: ModuleCall, key: Key) -> None:
        super().__init__()
        self.call = call
        self.key = key

    @property
    def single(self) -> bool:
        return not isinstance(self.key, Unknown)

    def member(self, name: str, start: int) -> object:
        child = self.call.child(self.key)
        if child is None:
            return UNKNOWN
        value = child.output(name, start)
        return value if self.single else unknown_from((value,))

    def element(self, key: object, start: int) -> object:
        return self.member(key, start) if self.single and isinstance(key, str) else self


class ModuleCall:
    """A `module` block in one module instance. `source` is as written ("" if it is missing or no plain string), or that
    of the package it borrows; `directory` is where that lies, None if it is not here; that of an `adapter` if one
    stands in for it."""

    __slots__ = (
        "_children",
        "_expansion",
        "_whole",
        "adapter",
        "address",
        "declared",
        "directory",
        "memo",
        "module",
        "name",
        "source",
    )

    def __init__(self, module: ModuleInstance, name: str, declared: Declared) -> None:
        self.module = module
        self.name = name
        self.declared = declared
        self.address = f"{module.prefix}module.{name}"
        self.memo: Memo = {}
        self.adapter: Adapter | None = None
        self.source = self.body.literal("source")
        self.directory = self._find()
        self._expansion: Expansion | None = None
        self._whole: object = None
        self._children: dict[Key, ModuleInstance | None] = {}

    @property
    def body(self) -> Body:
        return self.declared.block.body

    @property
    def expansion(self) -> Expansion:
        if self._expansion is None:
            self._expansion = expansion_of(self.module, self.declared, self.memo, self.address)
        return self._expansion

    def scope(self, key: Key) -> Scope:
        """Where the arguments of an instance are evaluated: in the calling module."""
        return Scope(self.module, self.declared.file, self.expansion.names(key))

    def whole(self) -> object:
        """What `module.name` means: an instance, a list of them, or a map of them."""
        if self._whole is None:
            self._whole = self.expansion.whole(lambda key: ModuleHandle(self, key))
        return self._whole

    def child(self, key: Key) -> ModuleInstance | None:
        """The module instance for a key, None if its source is not here or there are too many."""
        if self.directory is None:
            return None
        if key not in self._children:
            self._children[key] = self.module.open_child(self, key, self.directory)
        return self._children[key]

    def providers(self) -> dict[ProviderName, ProviderName]:
        """The provider configurations handed over: name inside the module → name here."""
        attribute = self.body.attributes.get("providers")
        if attribute is None or attribute.expr[0] != "obj":
            return {}
        return {provider_name(key): provider_name(value) for key, value in attribute.expr[3]}

    def unresolved(self, key: Key) -> UnresolvedModule:
        """The record of an instance whose source is not here, with what it is given."""
        return UnresolvedModule(
            address=self.address + suffix(key),
            source=self._shown_source,
            span=self.header,
            inputs=self._inputs(key),
        )

    def adapted(self, key: Key, adapter: Adapter) -> AdaptedModule:
        """The record of an instance an adapter stands in for."""
        child = self.child(key)
        declared = child.configuration.variables if child is not None else ()
        address = self.address + suffix(key)
        return recorded(adapter, address, self._shown_source, self.header, self._inputs(key), declared)

    @property
    def header(self) -> Span:
        """The header of the block."""
        block = self.declared.block
        return self.module.reading.span(self.declared.file, block.start, block.header_end)

    @property
    def _shown_source(self) -> str:
        return self.source if "@" not in self.source else parse_address(self.source).shown

    def _inputs(self, key: Key) -> dict[str, object]:
        reading = self.module.reading
        attributes = self.declared.block.body.attributes
        arguments = {name: each for name, each in attributes.items() if name not in _CALL_ARGUMENTS}
        with reading.supposing(isinstance(key, Unknown)):
            return blocks.attributes_of(Body(arguments), self.scope(key), reading)

    def _find(self) -> str | None:
        """The directory of the source, None (and a diagnostic) if it cannot be read."""
        reading = self.module.reading
        attribute = self.body.attributes.get("source")
        start = attribute.expr[1] if attribute is not None else self.declared.block.start
        if not self.source:
            reading.say("warning", f'module "{self.name}" has no source that can be read', self.declared.file, start)
            return None
        call = Call(
            self.source,
            self.body.literal("version"),
            self.module.path,
            (*self.module.names_path, self.name),
            reading.root,
            reading.options.environment.get("TF_DATA_DIR", ""),
        )
        call = lent(call, reading.files)
        self.source = call.source
        found = reading.files.modules.resolve(call)
        if found.way == "missing":
            file = self.declared.file
            end = attribute.expr[2] if attribute is not None else -1
            behind = file.text(end, end + _LONGEST_COMMENT).partition("\n")[0]
            self.adapter = reading.files.adapters.of(self.source, call.version, behind)
            if self.adapter is not None:
                return self.adapter.directory
        if found.directory is None:
            severity, message = why_not_read(self.name, self.source, found)
            if found.way == "refused" and not reading.first(found.detail):
                severity = "note"
            reading.say(severity, message, self.declared.file, start)
        return found.directory


def called_at(module: ModuleInstance) -> Span:
    """Where the nearest call above a module instance stands that people can edit: what adapters call among themselves
    is passed over. For a root it is what names the module."""
    call = module.call
    while call is not None and call.module.adapted:
        call = call.module.call
    return call.header if call is not None else module.reading.named_at


def why_not_read(name: str, source: str, found: Resolution) -> tuple[Severity, str]:
    """How bad it is that the source of a module cannot be read, and the sentence for it."""
    if found.way == "outside":
        return "error", f'module "{name}" lies outside the scanned tree ({source}) and is not read'
    if found.way == "nowhere":
        return "error", f'there is no directory {source} for module "{name}"'
    shown = parse_address(source).shown
    if found.way == "refused":
        return "warning", f'module "{name}" comes from {shown} and is not read: {found.detail}'
    why = f"{found.detail}: run" if found.detail else "run"
    return (
        "note",
        f'module "{name}" comes from {shown}, which is not here: what it deploys is unknown '
        f"({why} costlint modules fetch to have it read)",
    )
