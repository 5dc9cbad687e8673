"""What an expression can see, values that are looked up where they are configured, and evaluation errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from costlint.readers.terraform.files import ParsedFile
    from costlint.readers.terraform.functions import FunctionContext
    from costlint.readers.terraform.limits import Limits
    from costlint.readers.terraform.syntax.ast import Attribute, Block, Expr


class EvaluationError(Exception):
    """An expression Terraform would refuse: a sentence and the byte offset it is about. `buildable`: only for a file
    that is not here, which a build may write before Terraform runs."""

    def __init__(self, message: str, start: int, buildable: bool = False) -> None:
        super().__init__(message)
        self.buildable = buildable
        self.message = message
        self.start = start


class Lookup(Protocol):
    """Where a scope looks names up that are not its own: a module instance. `exists` is True or an Unknown."""

    limits: Limits
    exists: object

    @property
    def context(self) -> FunctionContext: ...
    def root(self, name: str, expr: Expr) -> object: ...
    def resolve(self, root: str, name: str, expr: Expr) -> object: ...
    def resource(self, mode: str, type_: str, name: str, expr: Expr) -> object: ...
    def spend(self, steps: int, expr: Expr) -> None: ...
    def file_of(self, node: Attribute | Block, file: ParsedFile) -> ParsedFile: ...
    def refuse_file(self, path: str, scope: Scope, expr: Expr) -> None: ...


class Scope:
    """A place expressions are evaluated in. `names` are bound here (`each`, `count`, variables of a `for`),
    everything else belongs to the module. `file` is where the expressions are written, None for a rendered
    template. `origins` says, for tracing, where bound names got their values."""

    __slots__ = ("file", "module", "names", "origins")

    def __init__(
        self,
        module: Lookup,
        file: ParsedFile | None,
        names: Mapping[str, object],
        origins: Mapping[str, object] | None = None,
    ) -> None:
        self.module = module
        self.file = file
        self.names = names
        self.origins = origins

    def binding(self, names: Mapping[str, object]) -> Scope:
        """A scope inside this one, with more names bound."""
        return Scope(self.module, self.file, {**self.names, **names}, self.origins)


class Handle:
    """A whole resource or module: unknown as a value, but its attributes can be asked for one by one.

    Mixed into an Unknown. `single` is False when it stands for instances nobody can count.
    """

    __slots__ = ()

    @property
    def single(self) -> bool:
        raise NotImplementedError

    def member(self, name: str, start: int) -> object:
        """`handle.name`, asked for at byte `start`."""
        raise NotImplementedError

    def element(self, key: object, start: int) -> object:
        """`handle[key]`: an attribute of one instance; of instances nobody can count, the same instances."""
        raise NotImplementedError
