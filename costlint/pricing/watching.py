"""Which attributes of a resource an estimator looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from costlint.model import PartialMap, Resource


class Reading:
    """A resource read by an estimator, which is given `resource`. `names` are the attributes looked at so far, present
    or not; `everything` is True once they were looked through from one to the next."""

    def __init__(self, resource: Resource) -> None:
        self.names: dict[str, None] = {}
        self.everything = False
        self.attributes = resource.attributes
        kind = _WatchedPartialMap if isinstance(resource.attributes, PartialMap) else _Watched
        self.resource = resource.having(kind(resource.attributes, self), resource.tags)


class _Watched(dict[str, object]):
    """Attributes that tell their reading what is looked at."""

    __slots__ = ("_reading",)

    def __init__(self, attributes: Mapping[str, object], reading: Reading) -> None:
        super().__init__(attributes)
        self._reading = reading

    def get(self, name: str, default: Any = None) -> Any:
        self._reading.names[name] = None
        return super().get(name, default)

    def __getitem__(self, name: str) -> object:
        self._reading.names[name] = None
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._reading.names[str(name)] = None
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self._reading.everything = True
        return super().__iter__()

    def __len__(self) -> int:
        self._reading.everything = True
        return super().__len__()

    def keys(self) -> Any:
        self._reading.everything = True
        return super().keys()

    def values(self) -> Any:
        self._reading.everything = True
        return super().values()

    def items(self) -> Any:
        self._reading.everything = True
        return super().items()


class _WatchedPartialMap(_Watched, PartialMap):
    __slots__ = ()
