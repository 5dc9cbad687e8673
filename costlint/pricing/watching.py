"""Which attributes of a resource an estimator looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from costlint.model import PartialMap, Resource

EVERYTHING = "*"
"""Noted in place of a name when attributes are looked through from one to the next."""


class Reading:
    """A resource read by an estimator, which is given `resource`. `names` are the attributes looked at so far, present
    or not."""

    def __init__(self, resource: Resource) -> None:
        self.names: dict[str, None] = {}
        self.attributes = resource.attributes
        kind = _WatchedPartialMap if isinstance(resource.attributes, PartialMap) else _Watched
        self.resource = resource.having(kind(resource.attributes, self.names), resource.tags)


class _Watched(dict[str, object]):
    """Attributes that note what is looked at."""

    __slots__ = ("_names",)

    def __init__(self, attributes: Mapping[str, object], names: dict[str, None]) -> None:
        super().__init__(attributes)
        self._names = names

    def get(self, name: str, default: Any = None) -> Any:
        self._names[name] = None
        return super().get(name, default)

    def __getitem__(self, name: str) -> object:
        self._names[name] = None
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._names[str(name)] = None
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self._names[EVERYTHING] = None
        return super().__iter__()

    def __len__(self) -> int:
        self._names[EVERYTHING] = None
        return super().__len__()

    def keys(self) -> Any:
        self._names[EVERYTHING] = None
        return super().keys()

    def values(self) -> Any:
        self._names[EVERYTHING] = None
        return super().values()

    def items(self) -> Any:
        self._names[EVERYTHING] = None
        return super().items()


class _WatchedPartialMap(_Watched, PartialMap):
    __slots__ = ()
