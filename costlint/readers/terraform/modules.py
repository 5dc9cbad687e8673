"""Module instances: the names expressions in a module can use, each worked out when it is first asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from functools import cached_property

from msgspec.structs import replace

from costlint.model import UNKNOWN
from costlint.readers.terraform.adapters.adapters import RELEASE
from costlint.readers.terraform.configuration import Configuration, Declared, ProviderName, TypeSyntaxError, Variable
from costlint.readers.terraform.evaluation.cells import BUSY, Memo
from costlint.readers.terraform.evaluation.expand import Key, suffix
from costlint.readers.terraform.evaluation.rendering import Rendering
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.files import ParsedFile
from costlint.readers.terraform.functions import FunctionContext
from costlint.readers.terraform.limits import Limits
from costlint.readers.terraform.module_calls import ModuleCall
from costlint.readers.terraform.providers import ProviderConfiguration
from costlint.readers.terraform.reading import Reading
from costlint.readers.terraform.resources import ResourceBlock
from costlint.readers.terraform.syntax.ast import Attribute, Block, Expr
from costlint.readers.terraform.types.constraints import ConversionError, convert
from costlint.readers.terraform.variables.values import Given, root_variables
from costlint.readers.terraform.variables.workspaces import UnnamedWorkspace


class ModuleInstance:
    """One instance of a module: the root, or what one key of a module call makes."""

    def __init__(
        self,
        reading: Reading,
        path: str,
        configuration: Configuration,
        call: ModuleCall | None = None,
        key: Key = None,
        given: Mapping[str, Given] | None = None,
    ) -> None:
        self.reading = reading
        self.path = path
        self.configuration = configuration
        self.call = call
        self.key = key
        self.parent = call.module if call is not None else None
        self.address: str = call.address + suffix(key) if call is not None else ""
        self.prefix: str = f"{self.address}." if self.address else ""
        self.names_path: tuple[str, ...] = (*call.module.names_path, call.name) if call is not None else ()
        self.adapted: bool = reading.files.adapters.holds(path)
        self.exists: object = UNKNOWN if key is UNKNOWN or (self.parent and self.parent.exists is UNKNOWN) else True
        self.limits: Limits = reading.limits
        self._given = given
        self._memo: Memo = {}
        self._providers: dict[ProviderName, ProviderConfiguration | None] = {}

    # -- what the module declares

    @cached_property
    def blocks(self) -> dict[tuple[str, str, str], ResourceBlock]:
        """Resource and data blocks by mode, type and name, in the order they are written."""
        declared = self.configuration.resources
        return {key: ResourceBlock(self, *key, found) for key, found in declared.items()}

    @cached_property
    def calls(self) -> dict[str, ModuleCall]:
        return {name: ModuleCall(self, name, found) for name, found in self.configuration.calls.items()}

    @cached_property
    def given(self) -> Mapping[str, Given]:
        """What the root's variables are set to from outside."""
        return self._given if self._given is not None else root_variables(self.reading, self.configuration.variables)

    def file_of(self, node: Attribute | Block, file: ParsedFile) -> ParsedFile:
        """The file something in a block of `file` is written in: another one if an override file set it."""
        return self.configuration.directory.file_of(node) or file

    # -- names in expressions

    def root(self, name: str, expr: Expr) -> object:
        """A name on its own. Raises EvaluationError, unless it is a whole object."""
        if name == "path":
            return {"module": self._path, "root": ".", "cwd": UNKNOWN}
        if name == "terraform":
            workspace = self.reading.workspace
            if isinstance(workspace, UnnamedWorkspace):
                workspace.asked = True
            return {"workspace": workspace}
        if name == "self":
            return UNKNOWN
        raise EvaluationError(f'there is nothing called "{name}" here', expr[1])

    def resolve(self, root: str, name: str, expr: Expr) -> object:
        """`root.name`. Raises EvaluationError for what is not declared."""
        if root == "var":
            value = self._memo.get(("var", name))
            return value if value is not None and value is not BUSY else self.variable(name, expr[1])
        if root == "local":
            value = self._memo.get(("local", name))
            return value if value is not None and value is not BUSY else self.local(name, expr[1])
        if root == "module":
            call = self.calls.get(name)
            return call.whole() if call is not None else self._undeclared(f'module "{name}"', expr)
        if root in _INSTANCE_NAMES:
            raise EvaluationError(f"{root}.{name} can only be used {_INSTANCE_NAMES[root]}", expr[1])
        if root in _ROOT_NAMES:
            return UNKNOWN if root == "terraform" and name != "workspace" else self._member(root, name, expr)
        return self.resource("resource", root, name, expr)

    def resource(self, mode: str, type_: str, name: str, expr: Expr) -> object:
        """`type.name` or `data.type.name`."""
        block = self.blocks.get((mode, type_, name))
        if block is not None:
            return block.whole()
        what = {"resource": "resource", "data": "data source"}.get(mode, mode)
        if mode == "resource" and "_" not in type_ and ("ephemeral", type_, name) not in self.blocks:
            return self._undeclared(f'"{type_}.{name}"', expr)
        return self._undeclared(f'{what} "{type_}" "{name}"', expr)

    def variable(self, name: str, start: int = 0) -> object:
        """The value of an input variable."""
        variable = self.configuration.variables.get(name)
        if variable is None:
            if self.configuration.broken or self.adapted or self._in_parts(self.configuration.variables):
                return UNKNOWN
            raise EvaluationError(f'there is no variable "{name}" in this module', start)
        return self.reading.force(
            self._memo, ("var", name), lambda: self._variable(name, variable), f"{self.prefix}var.{name}"
        )

    def local(self, name: str, start: int = 0) -> object:
        """The value of a local."""
        found = self.configuration.locals.get(name)
        if found is None:
            if self.configuration.broken or self._in_parts(self.configuration.locals):
                return UNKNOWN
            raise EvaluationError(f'there is no local value "{name}" in this module', start)
        file, attribute = found
        return self.reading.force(
            self._memo,
            ("local", name),
            lambda: self.reading.value(attribute.expr, Scope(self, file, {})),
            f"{self.prefix}local.{name}",
        )

    def output(self, name: str, start: int = 0) -> object:
        """The value of an output. Raises EvaluationError if the module has none of that name."""
        declared = self.configuration.outputs.get(name)
        if declared is None:
            if self.configuration.broken or self.adapted:
                return UNKNOWN
            raise EvaluationError(f'{self.address or "the root"} has no output "{name}"', start)
        attribute = declared.block.body.attributes.get("value")
        if attribute is None:
            return UNKNOWN
        return self.reading.force(
            self._memo,
            ("output", name),
            lambda: self.reading.attribute_value(attribute, Scope(self, declared.file, {})),
            f"{self.prefix}output.{name}",
        )

    def spend(self, steps: int, expr: Expr) -> None:
        self.reading.spend(steps, expr)

    # -- files and templates

    @cached_property
    def context(self) -> FunctionContext:
        reading = self.reading
        bare = FunctionContext(reading.files.source, reading.root, self.path, absolute=reading.absolute)
        return replace(bare, render=Rendering(reading, bare).render)

    def refuse_file(self, path: str, scope: Scope, expr: Expr) -> None:
        """Say that a file outside the scanned tree is not read."""
        if self.context.resolve(path) is None:
            self.reading.say("warning", f"{path} lies outside the scanned tree and is not read", scope.file, expr[1])

    @cached_property
    def _path(self) -> str:
        return posixpath.relpath(self.path or ".", self.reading.root or ".")

    # -- providers and modules below

    def provider(self, name: str, alias: str = "") -> ProviderConfiguration | None:
        """The provider configuration of that name: handed over by the caller, declared here, or inherited."""
        key = (name, alias)
        if key not in self._providers:
            self._providers[key] = self._find_provider(key)
        return self._providers[key]

    def open_child(self, call: ModuleCall, key: Key, path: str) -> ModuleInstance | None:
        """An instance of a called module, None (and a diagnostic) if it calls itself or there are too many."""
        reading, declared = self.reading, call.declared
        above: ModuleInstance | None = self
        trail = [path]
        while above is not None:
            trail.append(above.path)
            if above.path == path:
                shown = " → ".join(reading.shown(each) for each in reversed(trail))
                message = f'module "{call.name}" calls itself: {shown}'
                reading.say("error", message, declared.file, declared.block.start)
                return None
            above = above.parent
        reading.modules += 1
        if reading.modules > reading.limits.modules:
            message = f"the configuration has more than {reading.limits.modules} module instances; the rest is not read"
            reading.say("error", message, declared.file, declared.block.start)
            return None
        return ModuleInstance(reading, path, reading.configuration(path), call, key)

    # -- private

    def _variable(self, name: str, variable: Variable) -> object:
        reading = self.reading
        value, file, start = self._argument(name, variable)
        default = variable.default
        if (value is _ABSENT or (value is None and not variable.nullable)) and default is not None:
            value, file, start = self._default(variable, default), variable.file, default.expr[1]
        if value is _ABSENT:
            if self.call is not None:
                declared = self.call.declared
                message = f'module "{self.call.name}" needs the argument "{name}"'
                reading.say("warning", message, declared.file, declared.block.start)
            return UNKNOWN
        try:
            scope = Scope(self, variable.file, {})
            return convert(value, variable.type_spec(lambda expr: reading.value(expr, scope)))
        except ConversionError as error:
            reading.mistake(f'this is no value for variable "{name}": {error}', self, file, start)
        except TypeSyntaxError as error:
            reading.say("warning", str(error), variable.file, error.start)
            return value
        return UNKNOWN

    def _default(self, variable: Variable, default: Attribute) -> object:
        return self.reading.attribute_value(default, Scope(self, variable.file, {}))

    def _argument(self, name: str, variable: Variable) -> tuple[object, ParsedFile | None, int]:
        """What the caller (of the root: the tfvars files and options) sets a variable to, and where."""
        if self.call is not None:
            if name == RELEASE and self.call.adapter is not None:
                return self.call.adapter.version, None, -1
            attribute = self.call.body.attributes.get(name)
            if attribute is None:
                return _ABSENT, None, -1
            with self.reading.supposing(self.exists is not True):
                value = self.reading.attribute_value(attribute, self.call.scope(self.key))
            return value, self.call.module.file_of(attribute, self.call.declared.file), attribute.expr[1]
        given = self.given.get(name)
        if given is None:
            return _ABSENT, None, -1
        expr = given.expression(variable)
        return self.reading.value(expr, given.scope or Scope(self, given.file, {})), given.file, expr[1]

    def _find_provider(self, key: ProviderName) -> ProviderConfiguration | None:
        if self.parent is not None and self.call is not None:
            handed = self.call.providers().get(key)
            if handed is not None:
                return self.parent.provider(*handed)
        declared: Declared | None = self.configuration.providers.get(key)
        if declared is not None or (self.parent is None and not key[1]):
            return ProviderConfiguration(self, key[0], declared)
        return self.parent.provider(*key) if self.parent is not None and not key[1] else None

    def _member(self, root: str, name: str, expr: Expr) -> object:
        members = self.root(root, expr)
        if isinstance(members, dict) and name in members:
            return members[name]
        if root == "self":
            return UNKNOWN
        raise EvaluationError(f"there is no {root}.{name}", expr[1])

    def _in_parts(self, declared: Mapping[str, object]) -> bool:
        """Whether this is put beside files that declare what it does not: nobody deploys it as it stands."""
        return self.reading.options.library and self.parent is None and not declared

    def _undeclared(self, what: str, expr: Expr) -> object:
        if self.configuration.broken:
            return UNKNOWN
        raise EvaluationError(f"there is no {what} in this module", expr[1])


_ABSENT = object()
_ROOT_NAMES = frozenset(("path", "terraform", "self"))
_INSTANCE_NAMES = {
    "each": "in a block with for_each",
    "count": "in a block with count",
}
