"""Finds the configuration file, reads it, and turns what is wrong in it into one sentence with its place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from costlint.config.documents import Document, toml_document, yaml_document
from costlint.config.effective import Config, parse_threshold
from costlint.config.reading import ConfigError, first_bytes, read_document
from costlint.config.settings import ConfigFile
from costlint.model import Path as DocumentPath

CONFIG_NAMES = (".costlint.yaml", ".costlint.yml", "pyproject.toml")
_LARGEST_BYTES = 1 << 20


def load_config(paths: Sequence[str] = (), explicit: str | None = None) -> Config:
    """The configuration named explicitly, else the one found from the first path upward, else the defaults.

    Raises ConfigError.
    """
    if explicit is not None:
        return read_config(Path(explicit))
    found = find_config(Path(paths[0]) if paths else Path())
    return Config() if found is None else read_config(found, trusted=False)


def find_config(start: Path) -> Path | None:
    """The nearest configuration file from `start` up to the root of its repository.

    Outside a repository the search ends at the current directory if that is above, else at `start` itself.
    """
    absolute = start.absolute()
    folder = absolute if absolute.is_dir() else absolute.parent
    for directory in _upward(folder):
        for name in CONFIG_NAMES:
            candidate = directory / name
            if candidate.is_file() and (name != "pyproject.toml" or b"[tool.costlint" in _bytes(candidate)):
                return candidate
    return None


def read_config(path: Path, trusted: bool = True) -> Config:
    """Read and validate one file. A file that was merely found (not `trusted`) may not point outside its
    repository. Raises ConfigError."""
    shown = os.path.relpath(path)
    folder = path.absolute().parent
    root = next((d for d in (folder, *folder.parents) if (d / ".git").exists()), folder).resolve()
    if not trusted and not path.resolve().is_relative_to(root):
        raise ConfigError("the configuration is a link that leads out of the repository", shown)
    document = _document(path, shown)
    try:
        settings = msgspec.convert(document.value, ConfigFile)
    except msgspec.ValidationError as error:
        from costlint.config.complaints import complaint

        message, place = complaint(error, document.value, ConfigFile)
        raise ConfigError(message, shown, *document.position(place)) from None
    if settings.fail_on != "":
        try:
            parse_threshold(str(settings.fail_on))
        except ValueError as error:
            raise ConfigError(f"fail_on: {error}", shown, *document.position(("fail_on",))) from None
    complaints = [*_missing(settings, folder), *([] if trusted else _leading_out(settings, folder, root))]
    for message, where in complaints:
        raise ConfigError(message, shown, *document.position(where))
    return Config(
        **{
            **msgspec.structs.asdict(settings),
            "rules": tuple(os.path.relpath(folder / rules) for rules in settings.rules),
            "var_files": tuple(os.path.relpath(folder / file) for file in settings.var_files),
            "prices_file": tuple(os.path.relpath(folder / file) for file in _price_files(settings)),
            "usage_file": os.path.relpath(folder / settings.usage_file) if settings.usage_file else "",
            "roots": tuple(
                msgspec.structs.replace(
                    entry,
                    path=os.path.relpath(folder / entry.path),
                    var_files=tuple(os.path.relpath(folder / file) for file in entry.var_files),
                )
                for entry in settings.roots
            ),
            "modules": tuple(
                msgspec.structs.replace(mapping, path=os.path.relpath(folder / mapping.path))
                for mapping in settings.modules
            ),
            "models": {
                name: msgspec.structs.replace(model, config_json=os.path.relpath(folder / model.config_json))
                if model.config_json
                else model
                for name, model in settings.models.items()
            },
            "repos": {url: os.path.relpath(folder / path) for url, path in settings.repos.items()},
        },
        file=shown,
        base=str(folder.resolve()),
    )


def setting_error(config: Config, path: DocumentPath, message: str) -> ConfigError:
    """The error about a setting of a run, with its place if the configuration file is what says so."""
    said = f"{'.'.join(map(str, path))}: {message}"
    try:
        document = _document(Path(config.file), config.file) if config.file else None
    except ConfigError:
        document = None
    there: Any = document.value if document is not None else None
    here: Any = config
    for step in path:
        there = there.get(step) if isinstance(there, dict) else None
        here = getattr(here, str(step), None)
    if document is None or there is None or there != here:
        return ConfigError(said)
    return ConfigError(said, config.file, *document.position(path))


def _missing(settings: ConfigFile, folder: Path) -> Iterator[tuple[str, DocumentPath]]:
    """What `roots` names that is not there, and entries that do not add up, with their place in the file."""
    for number, commitment in enumerate(settings.commitments):
        if said := commitment.complaint():
            yield f"commitments: {said}", ("commitments", number)
    for number, cluster in enumerate(settings.clusters):
        if said := cluster.complaint():
            yield f"clusters: {said}", ("clusters", number)
    for number, rail in enumerate(settings.guard_rails):
        if said := rail.complaint():
            yield f"guard_rails: {said}", ("guard_rails", number)
    for name, model in settings.models.items():
        if said := model.complaint():
            yield f"models: {said}", ("models", name)
    for number, entry in enumerate(settings.roots):
        if not (folder / entry.path).is_dir():
            yield f"roots: there is no directory {entry.path}", ("roots", number, "path")
        for file in entry.var_files:
            if not (folder / file).is_file():
                hint = f"; write {entry.path}/{file}" if (folder / entry.path / file).is_file() else ""
                yield f"roots: there is no file {file} beside the configuration{hint}", ("roots", number, "var_files")


def _price_files(settings: ConfigFile) -> tuple[str, ...]:
    named = settings.prices_file
    return named if isinstance(named, tuple) else (named,) if named else ()


def _leading_out(settings: ConfigFile, folder: Path, root: Path) -> Iterator[tuple[str, DocumentPath]]:
    """What a file that was merely found names outside its repository."""
    this = "this file with --config"
    named: list[tuple[str, str, tuple[str, ...], DocumentPath]] = [
        ("rules", "it with --rules", settings.rules, ("rules",)),
        ("var_files", "it with --var-file", settings.var_files, ("var_files",)),
        ("baseline", this, (settings.baseline or ".",), ("baseline",)),
        ("usage_file", "it with --usage-file", (settings.usage_file or ".",), ("usage_file",)),
        ("prices_file", "it with --prices", _price_files(settings), ("prices_file",)),
        *(("roots", this, one.var_files, ("roots", at, "var_files")) for at, one in enumerate(settings.roots)),
        *(("models", this, (one.config_json or ".",), ("models", name)) for name, one in settings.models.items()),
    ]
    for key, option, paths, place in named:
        for path in paths:
            if not (folder / path).resolve().is_relative_to(root):
                yield f"{key}: {path} is outside the repository; name {option} to use it anyway", place
    for number, mapping in enumerate(settings.modules):
        if not _is_beside((folder / mapping.path.partition("*")[0]).resolve(), root):
            message = (
                f"modules: {mapping.path} is neither in the repository nor beside it; name {this} to use it anyway"
            )
            yield message, ("modules", number, "path")


def _is_beside(path: Path, root: Path) -> bool:
    """True for a directory in the repository at `root`, or in a neighbour of it: never for one it lies in."""
    return path.is_relative_to(root) or (path.is_relative_to(root.parent) and path != root.parent)


def _upward(folder: Path) -> list[Path]:
    above = [folder, *folder.parents]
    for index, directory in enumerate(above):
        if (directory / ".git").exists():
            return above[: index + 1]
    current = Path.cwd()
    return above[: above.index(current) + 1] if current in above else [folder]


def _document(path: Path, shown: str) -> Document:
    parse = toml_document if path.suffix == ".toml" else yaml_document
    return read_document(shown, "the configuration", _LARGEST_BYTES, parse, path)


def _bytes(path: Path) -> bytes:
    return first_bytes(path, os.path.relpath(path), "the configuration", _LARGEST_BYTES)
