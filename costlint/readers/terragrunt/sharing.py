"""Files every unit reads with `read_terragrunt_config` (account.hcl, region.hcl): worked out once, as long as nothing
in them depends on who reads them."""

from __future__ import annotations

import posixpath

from costlint.readers.terraform.reading import Reading
from costlint.readers.terragrunt.configs import Config, Evaluation
from costlint.readers.terragrunt.values import Values


class DependsOnTheReader(Exception):
    """What is asked for is that of the unit for which a file is read."""


class SharedEvaluation(Evaluation):
    """An evaluation for no unit in particular. Until it is `done`, asking it for what a unit has raises
    DependsOnTheReader."""

    def __init__(self, reading: Reading, asked: Evaluation, directory: str) -> None:
        super().__init__(asked.tree, reading, directory, Values())
        self.done = False

    def origin_of_unit(self) -> str:
        self._refuse()
        return super().origin_of_unit()

    def values_of_unit(self) -> Values:
        self._refuse()
        return super().values_of_unit()

    def shared(self, path: str) -> Config | None:
        return None

    def _refuse(self) -> None:
        if not self.done:
            raise DependsOnTheReader


def shared_config(asked: Evaluation, path: str) -> Config | None:
    """The configuration in a file, its values known; None if it is another one for each unit. Raises SourceError."""
    tree, options = asked.tree, asked.reading.options
    key = (path, frozenset(options.environment.items()))
    if options.library:
        return None
    if key not in tree.shared:
        directory = posixpath.dirname(path)
        reading = Reading(tree.files, directory, options)
        reading.absolute = tree.place
        evaluation = SharedEvaluation(reading, asked, directory)
        found: Config | None = evaluation.open(path, directory)
        try:
            assert found is not None
            found.exposed()
        except DependsOnTheReader:
            found = None
        evaluation.done = True
        tree.shared[key] = found
    return tree.shared[key]
