"""Models the configuration declares, beside those of the catalog."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from costlint.config import Config
from costlint.sizing.configs import NotAModelConfig, read_config
from costlint.sizing.formats import weight_format
from costlint.sizing.models import Model, Models
from costlint.sizing.names import Names
from costlint.sources import SourceError, open_directory


class BadModel(ValueError):
    """A model the configuration declares cannot be made out; the message is a sentence."""


def models_of(config: Config) -> Models:
    """The catalog's models and those of the configuration, which go first. Raises BadModel."""
    known = Models()
    if not config.models:
        return known
    names = Names(known)
    own: dict[str, Model] = {}
    for name, said in config.models.items():
        if said.like:
            model = _like(name, said.like, names)
        elif said.config_json:
            model = _shaped(name, said.config_json)
        else:
            model = _sized(name, said.billions or 0.0)
        if said.format:
            form = weight_format(said.format)
            if form is None:
                raise BadModel(f'models: {name}: no format "{said.format}" is known')
            model = structs.replace(model, dtype=form.name, weights_gib=None)
        own[name] = model
    return Models(more=own)


def _like(name: str, like: str, names: Names) -> Model:
    found = names.find(like)
    if found is None or found.how == "size":
        raise BadModel(f'models: {name}: no model "{like}" is known')
    return structs.replace(found.model, id=name, source=f"configuration: like {found.model.id}")


def _shaped(name: str, path: str) -> Model:
    file = Path(path)
    try:
        source, under = open_directory(file.parent)
        return read_config(source, f"{under}/{file.name}".lstrip("/"), name)
    except (SourceError, NotAModelConfig) as error:
        raise BadModel(f"models: {name}: {error}") from error


def _sized(name: str, billions: float) -> Model:
    return Model(
        id=name,
        family="",
        kind="llm",
        parameters=billions * 1e9,
        cache="unknown",
        confidence="low",
        source="configuration: parameters",
        date="",
        note="only its size is known, from the configuration",
    )
