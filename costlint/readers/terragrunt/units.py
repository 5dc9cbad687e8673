"""Which Terragrunt units there are: directories whose `terragrunt.hcl` (or, without one, `terragrunt.hcl.json`) deploys
a module, and those stack files make.

A `terragrunt.hcl` that others include deploys nothing itself, nor does one without a source and without Terraform
beside it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from costlint.model import Diagnostic, Span
from costlint.readers.terraform.files import ParsedFile, TerraformFiles, configuration_names
from costlint.readers.terraform.reading import Reading, TerraformOptions
from costlint.readers.terraform.sourcing.resolving import Call
from costlint.readers.terragrunt.configs import Config, Evaluation
from costlint.readers.terragrunt.sources import call_of, source_of
from costlint.readers.terragrunt.stacks import MADE_IN, STACK_NAME, Generated, generated, values_beside
from costlint.readers.terragrunt.tree import Tree
from costlint.readers.terragrunt.values import Values
from costlint.sources import SourceError

UNIT_NAME = "terragrunt.hcl"
UNIT_NAMES = (UNIT_NAME, f"{UNIT_NAME}.json")
_USES_VALUES = re.compile(r"(?<![\w.])values[.\[]")
_EXAMPLES = frozenset(("examples", "example", "samples", "sample", "tests", "fixtures", "testdata"))
_DEPLOYING = frozenset(("all", "all_except_output", "apply", "plan"))


class Unit(Struct, frozen=True):
    """What `terragrunt run` deploys from one directory. `file` is its configuration, None if that is not here;
    `module` the directory of the module it deploys, None if that is not here. A `library` is not deployed, `why` is
    the evidence. `call` is what leads to the module (or to the missing file), `written` where that stands."""

    path: str
    tree: Tree
    file: str | None
    module: str | None
    library: bool
    why: str
    values: Values = Values()
    generated: Generated | None = None
    call: Call | None = None
    written: Span | None = None


class Found(Struct):
    """Units, and what is wrong with files that are none."""

    units: list[Unit] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def find_units(files: TerraformFiles, paths: Mapping[str, str], environment: Mapping[str, str] | None = None) -> Found:
    """The units among these files (`terragrunt.hcl` and `terragrunt.stack.hcl`, each with the selected directory it
    was found in), by path. `environment` holds the process environment variables that may be used."""
    found = _Search(files, TerraformOptions(environment=environment or {}, library=True)).find(sorted(paths))
    selected = {posixpath.dirname(path): directory for path, directory in paths.items()}
    shown = {unit.path: folder for unit in found.units if (folder := _example(unit.path, selected))}
    for index, unit in enumerate(found.units):
        folder = shown.get(unit.path, "")
        asked = unit.generated.config.file.path if unit.generated is not None else None
        places = (place for place in (unit.module, unit.file, asked) if place is not None)
        apart = len(shown) < len(found.units) or any(not place.startswith(f"{folder}/") for place in places)
        if folder and apart and not unit.library:
            why = f"it is an example ({posixpath.basename(folder)}/) of how the rest is used"
            found.units[index] = replace(unit, library=True, why=why)
    return found


def open_unit(tree: Tree, reading: Reading, unit: Unit) -> Config:
    """The configuration of a unit. Raises SourceError if it cannot be read."""
    assert unit.file is not None
    evaluation = Evaluation(tree, reading, unit.path, unit.values)
    return evaluation.open(posixpath.join(unit.path, posixpath.basename(unit.file)), unit.path)


def _example(path: str, selected: Mapping[str, str]) -> str:
    """The directory for examples a unit lies in, below what was selected; "" if it lies in none."""
    above = path
    while above and above not in selected:
        above = posixpath.dirname(above)
    start = selected.get(above, "")
    below = posixpath.relpath(path or ".", start or ".").split("/")
    count = next((count for count, part in enumerate(below, 1) if part in _EXAMPLES), 0)
    return posixpath.join(start, *below[:count]) if count else ""


def _is_hidden(directory: str) -> bool:
    """True for what tools keep to themselves: `.boilerplate` templates, caches. Generated stacks are checked in."""
    return any(part.startswith(".") and part != MADE_IN for part in directory.split("/"))


class _Search:
    def __init__(self, files: TerraformFiles, options: TerraformOptions) -> None:
        self._files = files
        self._options = options
        self._tree = Tree(files)
        self._included: set[str] = set()
        self._found = Found()

    def find(self, paths: list[str]) -> Found:
        made = generated(self._tree, [path for path in paths if posixpath.basename(path) == STACK_NAME], self._options)
        self._found.diagnostics += made.diagnostics
        templates = {each.template for each in made.units}
        candidates: list[tuple[Unit, Config]] = []
        for each in made.units:
            self._add(each.path, each.template, each.values, each, candidates)
        for path in paths:
            directory = posixpath.dirname(path)
            if path == self._file_in(directory) and directory not in templates and not _is_hidden(directory):
                values = values_beside(self._tree, directory, self._options)
                self._add(directory, directory, values, None, candidates)
        units = self._found.units
        for unit, config in candidates:
            if config.includes or config.path not in self._included:
                units.append(unit)
                self._tree.opened[unit.path] = config
        units.sort(key=lambda unit: unit.path)
        return self._found

    def _add(
        self,
        path: str,
        template: str | None,
        values: Values,
        made: Generated | None,
        candidates: list[tuple[Unit, Config]],
    ) -> None:
        """Add what a directory deploys, if it deploys anything."""
        if template is None:
            why = _unfed(made.config, made.config.evaluation.values) if made is not None else ""
            library, why = bool(why), why or "a stack file asks for it"
            missing = Unit(path, self._tree, None, None, library, why, values, made)
            if made is not None and made.call is not None:
                start, end = made.block.body.attributes["source"].expr[1:3]
                span = made.config.reading.span(made.config.file, start, end)
                missing = replace(missing, call=made.call, written=span)
            self._found.units.append(missing)
            return
        file = self._file_in(template)
        unit = Unit(path, self._tree, file, None, False, f"{posixpath.basename(file)} deploys it", values, made)
        reading = Reading(self._files, path, replace(self._options, library=False))
        reading.absolute = self._tree.place
        try:
            config = open_unit(self._tree, reading, unit)
        except SourceError as error:
            shown = self._files.source.shown(file)
            self._found.diagnostics.append(Diagnostic("error", error.about(shown), shown))
            return
        includes = [config.included(include) for include in config.includes.values()]
        self._included.update(included.path for included in includes if included is not None)
        source = source_of(config)
        if source is not None:
            module = None
            if source.text:
                call = call_of(config, source.text)
                module = self._files.modules.resolve(call).directory
                span = reading.span(source.config.file, *source.attribute.expr[1:3])
                unit = replace(unit, call=call, written=span)
        elif configuration_names(self._files.source.names(template)):
            module = template
        elif None in includes:
            module = None
        else:
            self._found.diagnostics += _broken(reading, config.file)
            return
        why = _not_deployed(config, values)
        if made is not None and not why:
            why = _unfed(made.config, made.config.evaluation.values)
        candidates.append((replace(unit, module=module, library=bool(why), why=why or unit.why), config))

    def _file_in(self, directory: str) -> str:
        """The configuration of the unit in a directory: Terragrunt prefers its own syntax."""
        files = [posixpath.join(directory, name) for name in UNIT_NAMES]
        return next((file for file in files if self._files.source.is_file(file)), files[0])


def _broken(reading: Reading, file: ParsedFile) -> list[Diagnostic]:
    """The syntax errors of a file that is no unit, perhaps because of them."""
    return [each for each in reading.diagnostics if each.severity == "error"] if file.problems else []


def _not_deployed(config: Config, values: Values) -> str:
    """Why a unit is not deployed, "" if it is."""
    attributes = config.file.body.attributes
    if config.value(attributes.get("skip")) is True:
        return "it says skip = true"
    for owner, block in config.merged_blocks("exclude")[:1]:
        actions = owner.value(block.body.attributes.get("actions"))
        named = {each for each in actions if isinstance(each, str)} if isinstance(actions, list) else set()
        if named & _DEPLOYING and owner.value(block.body.attributes.get("if")) is True:
            return "its exclude block says so"
    return _unfed(config, values)


def _unfed(config: Config, values: Values) -> str:
    """Says that a file is a template nobody here uses, "" if it is none."""
    unfed = not values.given and _USES_VALUES.search(config.file.text(0, -1))
    return "its values come from a stack file, and none here gives them" if unfed else ""
