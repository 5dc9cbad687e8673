"""What `costlint size` hands to its reports: each model or server with what was found for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from costlint.model import Span
from costlint.sizing.recommending import Recommendation

if TYPE_CHECKING:
    from costlint.sizing.assessing import Assessment
    from costlint.sizing.server import Server


class Present(NamedTuple):
    """One server today. `assessment` is None where `why` says what is not known of it. `machine`, `place` (provider and
    region) and `monthly` (USD of the machines of all replicas, or their share of the nodes) are None where nothing
    says. `replicas` is 1 where it cannot be told, and `replicas_known` false. `place_assumed`: the machine says the
    provider alone. `spot`: its nodes certainly are. `vcpu` and `memory_gib` are what a pod asks for, None where that
    is not known."""

    server: Server
    stack: str
    container: str
    span: Span
    assessment: Assessment | None
    why: str
    machine: str | None
    place: tuple[str, str] | None
    monthly: float | None
    replicas: int
    replicas_known: bool
    place_assumed: bool = False
    spot: bool = False
    vcpu: float | None = None
    memory_gib: float | None = None


class Sized(Struct, frozen=True):
    """A model, or the model of a server that is there (`present`), with what would do; `found` None where `why` says
    what is not known. `assumed` are the things nobody said."""

    name: str
    found: Recommendation | None
    present: Present | None = None
    why: str = ""
    assumed: tuple[str, ...] = ()
