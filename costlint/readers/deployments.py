"""The stacks a root makes: as the configuration or the command line says, else one for each set of variable files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from costlint.config import Config, ConfigError, EnvironmentLabel, RootSettings, environment_label
from costlint.model import Diagnostic
from costlint.readers.roots import Root
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.reading import TerraformOptions
from costlint.readers.terraform.variables.values import named_files
from costlint.sources import SourceError

MOST_ALTERNATIVES = 100
"""Of one root no more sets of variable files than this are read."""


class Deployment(NamedTuple):
    """One way a root is deployed. `alternative`: nobody says that the other ways of the same root are not."""

    options: TerraformOptions
    alternative: bool = False
    environment: EnvironmentLabel = EnvironmentLabel()


class Deployments:
    """Makes stacks of the roots of one source. `process` are the environment variables that may be used.

    Raises ConfigError for a variable file somebody named that cannot be read.
    """

    def __init__(self, files: TerraformFiles, config: Config, process: Mapping[str, str]) -> None:
        self._files = files
        self._config = config
        self._entries: dict[str, list[RootSettings]] = {}
        for entry in config.roots:
            self._entries.setdefault(os.path.normpath(entry.path), []).append(entry)
        self._options = TerraformOptions(
            var_files=self._named(config.var_files),
            variables=config.variable_texts,
            workspace=config.workspace,
            environment=process,
        )

    @property
    def options(self) -> TerraformOptions:
        """What holds for everything that is deployed."""
        return self._options

    def is_named(self, directory: str) -> bool:
        """True if the configuration calls a directory of the source a root."""
        return self._shown(directory) in self._entries

    def of(self, root: Root, problems: list[Diagnostic]) -> list[Deployment]:
        """Every stack of a root, at least one. What is left out is told in `problems`."""
        entries = self._entries.get(self._shown(root.path), ())
        if entries:
            return list(self._declared(entries))
        if not root.sets or self._config.alternatives == "none":
            options = self._options
            return [Deployment(replace(options, library=root.library and not (options.var_files or options.variables)))]
        if len(root.sets) > MOST_ALTERNATIVES:
            shown = self._files.source.shown(root.path)
            left = f"the first {MOST_ALTERNATIVES} of {len(root.sets)} sets of variable files are read"
            problems.append(Diagnostic("warning", f"{left}; name those that are deployed under roots", shown))
        alternative = self._config.alternatives == "one" and len(root.sets) > 1
        return [
            Deployment(
                replace(
                    self._options,
                    var_files=(*self._options.var_files, *found.files),
                    workspace=self._options.workspace or found.workspace,
                    library=root.library,
                    label=found.label,
                ),
                alternative,
            )
            for found in root.sets[:MOST_ALTERNATIVES]
        ]

    def _declared(self, entries: list[RootSettings]) -> Iterator[Deployment]:
        labels = _labels(entries)
        for entry, label in zip(entries, labels, strict=True):
            options = replace(
                self._options,
                var_files=(*self._options.var_files, *self._named(entry.var_files)),
                workspace=entry.workspace or self._options.workspace,
                label=label,
            )
            yield Deployment(options, environment=environment_label(entry.environment))

    def _named(self, paths: Iterable[str]) -> tuple[str, ...]:
        try:
            return named_files(self._files, paths)
        except SourceError as error:
            raise ConfigError(f"variable file {error}") from None

    def _shown(self, path: str) -> str:
        return os.path.normpath(self._files.source.shown(path))


def _labels(entries: list[RootSettings]) -> list[str]:
    """What tells the entries for one root apart: "" for a single one, else its last file, workspace or environment."""
    if len(entries) == 1:
        return [""]
    sayings = (
        [os.path.relpath(entry.var_files[-1], entry.path) if entry.var_files else "" for entry in entries],
        [entry.workspace for entry in entries],
        [environment_label(entry.environment).name for entry in entries],
    )
    for said in sayings:
        if len(set(said)) == len(entries) and all(said):
            return said
    return [f"{number} of {len(entries)}" for number in range(1, len(entries) + 1)]
