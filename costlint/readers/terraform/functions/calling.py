"""How functions are declared, and what a call checks before one runs: number, type, null and unknown arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from costlint.model import (
    LinkedStr,
    Reference,
    Sketch,
    Unknown,
    fully_known,
    opened,
    references_in,
    unknown_from,
    with_gaps,
)
from costlint.readers.terraform.functions.context import FunctionContext
from costlint.readers.terraform.types.converting import ConversionError, convert
from costlint.readers.terraform.types.kinds import ANY, TypeSpec

Unknowns = Literal["refused", "inside", "anywhere"]

_MOST_SOURCES = 16


class FunctionError(Exception):
    """A call that Terraform would refuse; the message is a sentence without a place."""


class MissingFileError(FunctionError):
    """A call that Terraform would refuse for a file that is not here."""


class ArgumentError(Exception):
    """Raised inside a function: the argument at `index` is not acceptable."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index


class AbsentFile(ArgumentError):
    """Raised inside a function: the argument at `index` names a file that is not here."""


class CallError(Exception):
    """Raised inside a function: the call as a whole cannot be answered."""


class Parameter(NamedTuple):
    """A declared argument; arguments are converted to `type` before the function sees them."""

    name: str
    type: TypeSpec = ANY
    nullable: bool = False


class Function(Struct, frozen=True):
    """A built-in function. `unknowns` says which unknown arguments reach `run`: none, those inside containers,
    or all; the others make the result unknown. `linked`: a text result still identifies the resources its
    arguments were read from; `sketched`: it writes or reads text, so that what is known of the one is of the other."""

    name: str
    run: Callable[..., object]
    parameters: tuple[Parameter, ...]
    rest: Parameter | None
    unknowns: Unknowns
    linked: bool
    contextual: bool
    sketched: bool = False

    def __call__(self, *args: object, context: FunctionContext | None = None) -> object:
        return invoke(self, args, context or FunctionContext())


FUNCTIONS: dict[str, Function] = {}


def function(
    *parameters: Parameter,
    name: str = "",
    rest: Parameter | None = None,
    unknowns: Unknowns = "refused",
    linked: bool = False,
    contextual: bool = False,
    sketched: bool = False,
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Declare the decorated callable as Terraform's function of that name (a trailing "_" of the callable's
    name is dropped). A contextual one gets the FunctionContext as its first argument."""

    def declare(run: Callable[..., object]) -> Callable[..., object]:
        called = name or run.__name__.rstrip("_")
        FUNCTIONS[called] = Function(called, run, parameters, rest, unknowns, linked, contextual, sketched)
        return run

    return declare


def invoke(function: Function, args: Sequence[object], context: FunctionContext) -> object:
    """Check and convert the arguments, answer unknown ones, run. Raises FunctionError."""
    try:
        return _invoke(function, args, context)
    except RecursionError:
        raise FunctionError(f'call to function "{function.name}" failed: its arguments are nested too deeply') from None


def _invoke(function: Function, args: Sequence[object], context: FunctionContext) -> object:
    _check_number(function, args)
    values = [_prepared(function, index, value) for index, value in enumerate(args)]
    if function.unknowns != "anywhere":
        known = _is_known if function.unknowns == "inside" else fully_known
        if not all(map(known, values)):
            return _sketched(function, values) if function.sketched else unknown_from(values)
    try:
        result = function.run(context, *values) if function.contextual else function.run(*values)
    except (CallError, ConversionError) as error:
        raise FunctionError(f'call to function "{function.name}" failed: {error}') from None
    except ArgumentError as error:
        invalid = _invalid(function, error.index, str(error))
        raise MissingFileError(str(invalid)) if isinstance(error, AbsentFile) else invalid from None
    return link(result, values) if function.linked else result


def _sketched(function: Function, values: list[object]) -> object:
    """What a function of one argument gives for what is known of it."""
    lost = unknown_from(values)
    if isinstance(values[0], Unknown) and not isinstance(values[0], Sketch):
        return lost
    try:
        found = function.run(with_gaps(values[0]))
    except (CallError, ConversionError):
        return lost
    return Sketch(found, lost.sources) if isinstance(found, str) else opened(found)


def link(result: object, values: Iterable[object]) -> object:
    """A text result (or a list of them) that still says which resources the values were read from."""
    sources = linked_sources(values)
    if not sources:
        return result
    if isinstance(result, str):
        return LinkedStr(result, sources)
    if isinstance(result, list):
        return [LinkedStr(item, sources) if isinstance(item, str) else item for item in result]
    return result


def linked_sources(values: Iterable[object]) -> tuple[Reference, ...]:
    """The resources the values were read from; cheap for plain text, which most arguments are."""
    found: dict[Reference, None] = {}
    for value in values:
        kind = type(value)
        if kind is LinkedStr or kind not in _PLAIN:
            found.update(dict.fromkeys(source for _, source in references_in(value)))
    return tuple(found)[:_MOST_SOURCES]


def parameter_of(function: Function, index: int) -> Parameter | None:
    """The parameter an argument belongs to, None when it is one too many."""
    return function.parameters[index] if index < len(function.parameters) else function.rest


def _check_number(function: Function, args: Sequence[object]) -> None:
    expected = len(function.parameters)
    if len(args) < expected:
        missing = function.parameters[len(args)].name
        least = "at least " if function.rest else ""
        raise FunctionError(
            f'not enough arguments: function "{function.name}" expects {least}{expected}; "{missing}" is missing'
        )
    if len(args) > expected and function.rest is None:
        raise FunctionError(f'too many arguments: function "{function.name}" expects only {expected}, not {len(args)}')


def _prepared(function: Function, index: int, value: object) -> object:
    parameter = parameter_of(function, index)
    assert parameter is not None
    if value is None:
        if parameter.nullable:
            return None
        raise _invalid(function, index, "argument must not be null")
    if parameter.type.kind == "any":
        return value
    try:
        return convert(value, parameter.type)
    except ConversionError as error:
        raise _invalid(function, index, str(error)) from None


def _invalid(function: Function, index: int, reason: str) -> FunctionError:
    parameter = parameter_of(function, index)
    name = parameter.name if parameter else str(index + 1)
    return FunctionError(f'invalid value for "{name}" parameter of function "{function.name}": {reason}')


def _is_known(value: object) -> bool:
    return not isinstance(value, Unknown)


_PLAIN = frozenset((str, int, float, bool, type(None)))
