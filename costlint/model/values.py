"""Values that may not be known before deployment, and what they still tell us.

A plain Python value (str, int, float, bool, None, list, dict) is known. An `Unknown` exists but cannot be
known statically; a `Reference` is an unknown that knows whom it points to. Testing, comparing in order, or
calculating with an unknown raises `UnknownValue`: nothing in costlint can guess by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NoReturn, TypeAlias, Union

from costlint.numerals import whole_number

Path: TypeAlias = tuple[Union[str, int], ...]

_MOST_SOURCES = 16


class UnknownValue(Exception):
    """Raised when code needs the value of something that cannot be known statically."""

    def __init__(self, what: str = "a value") -> None:
        super().__init__(f"{what} is not known before deployment")
        self.what = what


class Unknown:
    """A value that exists but cannot be known; `sources` are the references it was computed from."""

    __slots__ = ("_sources",)

    def __init__(self, sources: tuple[Reference, ...] = ()) -> None:
        self._sources = sources

    @property
    def sources(self) -> tuple[Reference, ...]:
        return self._sources

    def _refuse(self, *_: object) -> NoReturn:
        raise UnknownValue(str(self))

    __bool__ = __int__ = __float__ = __index__ = __len__ = __iter__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __mod__ = __neg__ = _refuse

    def __repr__(self) -> str:
        return f"Unknown({', '.join(map(repr, self.sources))})"

    def __str__(self) -> str:
        return " and ".join(str(source) for source in self.sources) or "a value"


class Reference(Unknown):
    """An unknown attribute of a resource that the configuration itself declares.

    `address` is absolute within the stack (`module.a.aws_s3_bucket.b["x"]`; `data.aws_ami.x` for data sources).
    `attribute` is the dotted attribute asked for, "" for the resource as a whole. `through` are the references
    that attribute is itself configured with, so `versioning.bucket` still leads to the bucket.
    """

    __slots__ = ("address", "attribute", "through")

    def __init__(self, address: str, attribute: str = "", through: tuple[Reference, ...] = ()) -> None:
        self.address = address
        self.attribute = attribute
        self.through = through

    @property
    def sources(self) -> tuple[Reference, ...]:
        return (self, *self.through)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self.address == other.address and self.attribute == other.attribute

    def __hash__(self) -> int:
        return hash((self.address, self.attribute))

    def __repr__(self) -> str:
        return f"Reference({str(self)!r})"

    def __str__(self) -> str:
        return f"{self.address}.{self.attribute}" if self.attribute else self.address


UNKNOWN = Unknown()


class LinkedStr(str):
    """A known string that was read from another resource, and still says which one (this makes edges)."""

    __slots__ = ("sources",)
    sources: tuple[Reference, ...]

    def __new__(cls, text: str, sources: tuple[Reference, ...]) -> LinkedStr:
        linked = super().__new__(cls, text)
        linked.sources = sources
        return linked


class PartialMap(dict[str, object]):
    """A map some of whose keys are not known: a missing key may still be there after deployment."""

    __slots__ = ()


class PartialList(list[object]):
    """A list (of blocks) that may hold further items which are not known."""

    __slots__ = ()


def is_unknown(value: object) -> bool:
    """True for UNKNOWN and references; containers are known even where their members are not."""
    return isinstance(value, Unknown)


def sources_of(value: object) -> tuple[Reference, ...]:
    """The resources a single (non-container) value was read from; empty for plain values."""
    if isinstance(value, (Unknown, LinkedStr)):
        return value.sources
    return ()


def unknown_from(values: Iterable[object]) -> Unknown:
    """An unknown computed from `values`, remembering (a bounded number of) whom it came from."""
    sources = dict.fromkeys(source for value in values for _, source in references_in(value))
    return Unknown(tuple(sources)[:_MOST_SOURCES]) if sources else UNKNOWN


def references_in(value: object, path: Path = ()) -> Iterator[tuple[Path, Reference]]:
    """Every reference inside a value, with the path at which it stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from references_in(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from references_in(item, (*path, index))
    else:
        for source in sources_of(value):
            yield path, source


def fully_known(value: object) -> bool:
    """True if nothing inside the value is unknown and no key or item may be missing."""
    if isinstance(value, (Unknown, PartialMap, PartialList)):
        return False
    if isinstance(value, dict):
        return all(fully_known(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return all(fully_known(item) for item in value)
    return True


def laid_over(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """One map over another, member by member as Helm lays values over each other: maps are joined, all else takes the
    place of what is below."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        result[key] = laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return result


def lookup(value: object, path: tuple[object, ...]) -> object:
    """The member of `value` at `path`: None when absent, an Unknown when it cannot be told.

    A name applied to a one-element list steps into its only element (Terraform's single nested blocks).
    """
    for step in path:
        if isinstance(value, Unknown):
            return value
        if isinstance(step, str) and isinstance(value, list):
            if len(value) != 1 or isinstance(value, PartialList):
                return UNKNOWN if value else (UNKNOWN if isinstance(value, PartialList) else None)
            value = value[0]
            if isinstance(value, Unknown):
                return value
        if isinstance(value, dict):
            if step in value:
                value = value[step]
            else:
                return UNKNOWN if isinstance(value, PartialMap) else None
        elif isinstance(value, (list, tuple)) and isinstance(step, int):
            if -len(value) <= step < len(value):
                value = value[step]
            else:
                return UNKNOWN if isinstance(value, PartialList) else None
        else:
            return None
    return value


@lru_cache(maxsize=4096)
def parse_path(text: str) -> Path:
    """`"production_variants.0.instance_type"` → `("production_variants", 0, "instance_type")`; a name with dots in it
    stands in brackets: `limits[nvidia.com/gpu]`."""
    parts = [name or step for step, name in _STEP.findall(text)] if "[" in text else text.split(".") if text else []
    return tuple(part if (index := whole_number(part)) is None else index for part in parts)


def path_text(path: Iterable[str | int]) -> str:
    """A path as it is written: the inverse of `parse_path`."""
    text = ""
    for step in map(str, path):
        text += f"[{step}]" if "." in step else f".{step}" if text else step
    return text


_STEP = re.compile(r"""([^.\[\]]+)|\[["']?([^\]"']*)["']?\]""")
