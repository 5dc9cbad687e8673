"""Which model a name on the command line means: one somebody lists, or a config.json; and which was probably meant."""

from __future__ import annotations

from pathlib import Path

from costlint.sizing.configs import NotAModelConfig, read_config
from costlint.sizing.names import Named, Names
from costlint.sources import SourceError, open_directory
from costlint.spelling import asked, nearest

_LIKE = 0.75
_LIKE_WITHOUT_ORGANISATION = 0.65
_SHORTEST = 3
_MOST = 3


def named_by(written: str, names: Names) -> Named | None:
    """The model that is meant: one somebody lists, or the shape in a config.json or its directory. None where nobody
    knows the name. Raises SourceError for a file that cannot be read."""
    path = Path(written)
    path = path / "config.json" if path.is_dir() else path
    if path.suffix != ".json" or (not path.exists() and "/" not in written):
        return names.find(written)
    called = path.resolve().parent.name if path.name == "config.json" else path.stem
    try:
        source, under = open_directory(path.parent)
        return Named(read_config(source, f"{under}/{path.name}".lstrip("/"), called), "", "id")
    except NotAModelConfig as error:
        raise SourceError(str(error)) from error


def unheard(written: str, names: Names) -> str:
    """That nobody knows a name, with those it may have been meant to be."""
    return f'no model "{written}" is known, and its name does not say its size{meant(written, names)}'


def meant(written: str, names: Names) -> str:
    """ "; did you mean …?", or what else to give."""
    return asked(near_names(written, names), "; --model takes the path of its config.json as well")


def near_names(written: str, names: Names) -> list[str]:
    """The models whose names are most like one that nobody knows."""
    wanted = written.lower().strip()
    ids = {one.lower(): one for one in names.models}
    lasts = {one.rpartition("/")[2]: whole for one, whole in ids.items()}
    last = wanted.rpartition("/")[2]
    found = nearest(wanted, names.models, _LIKE, _MOST)
    found = found or [lasts[one] for one in nearest(last, lasts, _LIKE_WITHOUT_ORGANISATION, _MOST)]
    if not found and len(last) >= _SHORTEST:
        found = [one for key, one in sorted(lasts.items()) if key.startswith(last)][:_MOST]
    return found
