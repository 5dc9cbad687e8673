"""Which function estimates a resource type: found when the type is first met, so that a scan loads the modules of what
it holds and no others.

The modules of `costlint/pricing/<provider>/` register what they estimate when they are imported. In an installed
costlint an index built into the wheel says which one that is; from a checkout all of the provider's are imported.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from costlint.model import Resource

if TYPE_CHECKING:
    from costlint.pricing.estimating import Bill

Estimator: TypeAlias = Callable[[Resource, "Bill"], None]

INDEX = Path(__file__).parent / "estimators.msgpack"
PROVIDERS = ("aws", "gcp", "azure", "kubernetes")

_ESTIMATORS: dict[str, Estimator] = {}
_WITHOUT: set[str] = set()


def estimates(*types: str) -> Callable[[Estimator], Estimator]:
    """Register the decorated function as the estimator of these resource types."""

    def register(function: Estimator) -> Estimator:
        for kind in types:
            if kind in _ESTIMATORS:
                raise ValueError(f"two estimators for {kind}")
            _ESTIMATORS[kind] = function
        return function

    return register


def estimator_of(provider: str, kind: str) -> Estimator | None:
    """The estimator of a provider's resource type, None if nobody wrote one."""
    found = _ESTIMATORS.get(kind)
    if found is None and kind not in _WITHOUT:
        _load(provider, kind)
        found = _ESTIMATORS.get(kind)
        if found is None:
            _WITHOUT.add(kind)
    return found


def _load(provider: str, kind: str) -> None:
    index = _index()
    if index is not None:
        if kind in index:
            import_module(index[kind])
    elif provider in PROVIDERS:
        load_provider(provider)


@cache
def load_provider(provider: str) -> None:
    """Import every module that estimates resources of a provider."""
    from pkgutil import iter_modules  # an installed costlint has the index

    package = import_module(f"costlint.pricing.{provider}")
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)


def estimated_types() -> frozenset[str]:
    """Every resource type that has an estimator."""
    for provider in PROVIDERS:
        load_provider(provider)
    return frozenset(_ESTIMATORS)


def index_of_estimators() -> bytes:
    """The index for the wheel: the module of every type's estimator."""
    return msgspec.msgpack.encode({kind: _ESTIMATORS[kind].__module__ for kind in sorted(estimated_types())})


@cache
def _index() -> dict[str, str] | None:
    return msgspec.msgpack.decode(INDEX.read_bytes(), type=dict[str, str]) if INDEX.is_file() else None
