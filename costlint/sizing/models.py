"""Open models: their size and shape, as the catalog has them, by any of their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

from msgspec import Struct

from costlint.catalog.tables import DATA, number, records

Kind = Literal["llm", "embedding", "reranker", "vision", "speech", "image"]
"""`vision`: reads images and answers in text; `image`: makes images."""

Cache = Literal["heads", "latent", "none", "unknown"]
"""What attention keeps of each token: keys and values by head, one compressed vector (MLA), nothing (encoders), or
something the formulas here do not cover."""


class Model(Struct, frozen=True):
    """Size and shape of one model. Parameters in units; `max_length` and `window` in tokens.

    `parameters` are all that is loaded, `active` those one token passes through (the same unless there are experts),
    `embedding` those of the token table and the output head, which quantisation mostly leaves at 16 bits. Layers with
    attention are `full_layers`, over every token, and `sliding_layers`, over the last `window` tokens; state-space and
    linear layers keep nothing per token. `weights_gib` is the published size of the weights in their native format
    where that is not `parameters` × its bytes. Of what is None nobody states it, and nothing is computed from it.
    """

    id: str
    family: str
    kind: Kind
    parameters: float
    confidence: Literal["low", "medium", "high"]
    source: str
    date: str
    active: float | None = None
    embedding: float | None = None
    layers: int | None = None
    full_layers: int | None = None
    sliding_layers: int = 0
    hidden: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    latent_rank: int | None = None
    latent_rope: int | None = None
    window: int | None = None
    experts: int | None = None
    experts_per_token: int | None = None
    vocabulary: int | None = None
    max_length: int | None = None
    dtype: str = "bf16"
    weights_gib: float | None = None
    cache: Cache = "heads"
    note: str = ""

    @property
    def active_parameters(self) -> float:
        return self.active or self.parameters

    @property
    def is_mixture(self) -> bool:
        """True for a mixture of experts, of which each token uses a few."""
        return bool(self.experts and self.active and self.active < self.parameters)

    @property
    def generates(self) -> bool:
        """True if it writes text token by token, so that a KV cache grows."""
        return self.kind in ("llm", "vision")


class Models(Mapping[str, Model]):
    """The models of a data directory (the packaged one unless told otherwise), by id; `more` go before them."""

    def __init__(self, data: Path = DATA, more: Mapping[str, Model] | None = None) -> None:
        self._folder = data / "models"
        self._more = more or {}

    def __getitem__(self, key: str) -> Model:
        return self._all[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Other names, in lower case, of models: NIM images, renamed repositories."""
        return {row["alias"].lower(): row["id"] for row in records(self._folder / "aliases.csv")}

    @cached_property
    def tags(self) -> Mapping[str, tuple[str, str]]:
        """Ollama tags without what follows the size ("llama3.1:8b", and "llama3.1" for the default) → model and the
        quantisation of that tag."""
        rows = records(self._folder / "ollama.csv")
        return {row["tag"]: (row["id"], row["quantisation"]) for row in rows}

    def holding(self, text: str) -> list[Model]:
        """The models with this text in their id, family or one of their other names; the largest first."""
        wanted = text.lower()
        others = {key for alias, key in self.aliases.items() if wanted in alias}
        others |= {key for tag, (key, _) in self.tags.items() if wanted in tag}
        found = (one for one in self.values() if one.id in others or wanted in f"{one.id} {one.family}".lower())
        return sorted(found, key=lambda one: (-one.parameters, one.id))

    @cached_property
    def _all(self) -> dict[str, Model]:
        found: dict[str, Model] = {}
        for name in ("generating", "encoding", "other"):
            for row in records(self._folder / f"{name}.csv"):
                found[row["id"]] = _model(row)
        return found | dict(self._more)


def _model(row: Mapping[str, str]) -> Model:
    return Model(
        id=row["id"],
        family=row["family"],
        kind=cast("Kind", row["kind"]),
        parameters=float(row["parameters"]),
        active=number(row["active"]),
        embedding=number(row["embedding"]),
        layers=_whole(row["layers"]),
        full_layers=_whole(row["full_layers"]),
        sliding_layers=_whole(row["sliding_layers"]) or 0,
        hidden=_whole(row["hidden"]),
        heads=_whole(row["heads"]),
        kv_heads=_whole(row["kv_heads"]),
        head_dim=_whole(row["head_dim"]),
        latent_rank=_whole(row["latent_rank"]),
        latent_rope=_whole(row["latent_rope"]),
        window=_whole(row["window"]),
        experts=_whole(row["experts"]),
        experts_per_token=_whole(row["experts_per_token"]),
        vocabulary=_whole(row["vocabulary"]),
        max_length=_whole(row["max_length"]),
        dtype=row["dtype"],
        weights_gib=number(row["weights_gib"]),
        cache=cast("Cache", row["cache"]),
        confidence=cast("Literal['low', 'medium', 'high']", row["confidence"]),
        source=row["source"],
        date=row["date"],
        note=row["note"],
    )


def _whole(text: str) -> int | None:
    return int(text) if text else None
