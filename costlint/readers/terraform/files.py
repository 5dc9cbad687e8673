"""Terraform files of a source, parsed once each, and the directories (modules) they make up."""

from __future__ import annotations

import posixpath
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from costlint.model import Suppression
from costlint.readers.suppressions import line_starts, suppressions_in
from costlint.readers.terraform.adapters.adapters import Adapters
from costlint.readers.terraform.overrides import each_node, header, is_appended, is_override, merged, wanted
from costlint.readers.terraform.sourcing.mappings import Mapping
from costlint.readers.terraform.sourcing.resolving import ModuleSources
from costlint.readers.terraform.syntax.ast import Attribute, Block, Body, Problem
from costlint.readers.terraform.syntax.extents import extents
from costlint.readers.terraform.syntax.native import parse_hcl
from costlint.sources import MountedSource, Source, SourceError

_CONFIGURATION = (".tf", ".tofu", ".tf.json", ".tofu.json")
_LABELS = {
    **dict.fromkeys(("resource", "data", "ephemeral"), ("type", "name")),
    **dict.fromkeys(("module", "variable", "output"), ("name",)),
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CONTINUING = bytes(range(0x80, 0xC0))
_STEP = 4096


class ParsedFile:
    """One file: its body, what is wrong with it, and where its offsets are. `path` is relative to the source."""

    __slots__ = ("_counts", "_data", "_line_starts", "body", "path", "problems", "suppressions")

    def __init__(self, path: str, data: bytes, body: Body, problems: list[Problem], shown: str) -> None:
        self.path = path
        self.body = body
        self.problems = problems
        self._data = data
        self._line_starts: array[int] | None = None
        self._counts: list[int] | None = None
        self.suppressions: list[Suppression] = []
        if not path.endswith(".json") and b"costlint:ignore" in data:
            self.suppressions = suppressions_in(data, shown, self._lines(), extents(body))

    @property
    def written_in(self) -> str:
        """The file a person would edit: the file itself, unless it is generated from another one."""
        return self.path

    @property
    def uncertain(self) -> bool:
        """True if parts of the file are not known before deployment, so what is wrong in it may be right then."""
        return False

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (in characters) of a byte offset, from 1; (0, 0) for the file as a whole (-1)."""
        if offset < 0:
            return 0, 0
        starts = self._lines()
        line = bisect_right(starts, offset)
        begin = starts[line - 1]
        if line == 1 and self._data.startswith(_BYTE_ORDER_MARK):
            begin = min(len(_BYTE_ORDER_MARK), offset)
        return line, self._characters(offset) - self._characters(begin) + 1

    def text(self, start: int, end: int) -> str:
        """What is written between two offsets."""
        return self._data[start:end].decode(errors="replace")

    def _characters(self, offset: int) -> int:
        """How many characters begin before an offset. Counted in steps: a plan is one line of many MB."""
        if self._counts is None:
            data = b"" if self._data.isascii() else self._data
            pieces = (data[at : at + _STEP] for at in range(0, len(data), _STEP))
            self._counts = [0, *accumulate(len(piece.translate(None, _CONTINUING)) for piece in pieces)]
        if len(self._counts) == 1:
            return offset
        step = min(offset // _STEP, len(self._counts) - 1)
        return self._counts[step] + len(self._data[step * _STEP : offset].translate(None, _CONTINUING))

    def _lines(self) -> array[int]:
        if self._line_starts is None:
            self._line_starts = line_starts(self._data)
        return self._line_starts


class ParsedDirectory:
    """The module in one directory. `blocks` are the top-level blocks after override files took effect, each with
    the file it begins in."""

    def __init__(self, path: str, files: list[ParsedFile]) -> None:
        self.path = path
        self.files = files
        self.blocks: list[tuple[ParsedFile, Block]] = []
        self._elsewhere: dict[int, ParsedFile] = {}
        self._named: dict[tuple[str, ...], tuple[ParsedFile, Block]] | None = None
        overriding = [file for file in files if is_override(posixpath.basename(file.path))]
        for file in files:
            if file not in overriding:
                self.blocks.extend((file, block) for block in file.body.blocks)
        self._refuse_repeated()
        for file in overriding:
            self._override(file)

    def file_of(self, node: Attribute | Block) -> ParsedFile | None:
        """The override file an attribute or nested block is written in, None if it is its own block's file."""
        return self._elsewhere.get(id(node))

    def find(self, type_: str, *labels: str) -> tuple[ParsedFile, Block] | None:
        """The block with this header."""
        if self._named is None:
            self._named = {}
            for file, block in self.blocks:
                self._named.setdefault((block.type, *block.labels), (file, block))
        return self._named.get((type_, *labels))

    def _override(self, file: ParsedFile) -> None:
        places: dict[tuple[object, ...], int] = {}
        local_places: dict[str, int] = {}
        for index, (_, block) in enumerate(self.blocks):
            places.setdefault(header(block), index)
            if block.type == "locals":
                local_places.update(dict.fromkeys(block.body.attributes, index))
        for block in file.body.blocks:
            if block.type == "locals":
                self._override_locals(file, block, local_places)
            elif is_appended(block):
                self.blocks.append((file, block))
            elif (place := places.get(header(block))) is not None:
                self._replace(place, merged(self.blocks[place][1], block))
                each_node(block, lambda node: self._elsewhere.__setitem__(id(node), file))
            elif block.type == "terraform":
                self.blocks.append((file, block))
            else:
                file.problems.append(wanted(block))

    def _override_locals(self, file: ParsedFile, block: Block, places: dict[str, int]) -> None:
        """Each value goes to the locals block that declares it."""
        for name, attribute in block.body.attributes.items():
            place = places.get(name)
            if place is None:
                file.problems.append(Problem(attribute.start, f'there is no local value "{name}" to override'))
                continue
            one = Block("locals", (), Body({name: attribute}), block.start, block.header_end, block.end)
            self._replace(place, merged(self.blocks[place][1], one))
            self._elsewhere[id(attribute)] = file

    def _replace(self, index: int, block: Block) -> None:
        self.blocks[index] = (self.blocks[index][0], block)

    def _refuse_repeated(self) -> None:
        seen: dict[tuple[str, ...], ParsedFile] = {}
        for file, block in self.blocks:
            labels = _LABELS.get(block.type)
            if labels is None:
                continue
            if len(block.labels) != len(labels):
                wanted_header = " ".join((block.type, *(f'"{label}"' for label in labels)))
                file.problems.append(Problem(block.start, f"expected {wanted_header} {{"))
                continue
            named = (block.type, *block.labels)
            first = seen.get(named)
            if first is None:
                seen[named] = file
                continue
            where = "this file" if first is file else posixpath.basename(first.path)
            name = " ".join(f'"{label}"' for label in block.labels)
            message = f"{block.type} {name} is declared twice; the first one is in {where}"
            file.problems.append(Problem(block.start, message))


class TerraformFiles:
    """Parses what is asked for, each file and directory of a source at most once. `modules` finds the directories
    module calls lead to, `adapters` what stands in for those it does not; `mappings` are the places the configuration
    names for them."""

    def __init__(self, source: Source, mappings: Sequence[Mapping] = (), use_installed: bool = True) -> None:
        self.source = source if isinstance(source, MountedSource) else MountedSource(source)
        self.modules = ModuleSources(self.source, mappings, use_installed)
        self.adapters = Adapters(self.source)
        self._files: dict[str, ParsedFile] = {}
        self._directories: dict[str, ParsedDirectory] = {}

    def directory(self, path: str) -> ParsedDirectory:
        """The module in a directory; empty if there are no Terraform files. Files that cannot be read become
        empty ones with a problem."""
        found = self._directories.get(path)
        if found is None:
            names = configuration_names(self.source.names(path))
            found = ParsedDirectory(path, [self._readable(posixpath.join(path, name)) for name in names])
            self._directories[path] = found
        return found

    def file(self, path: str) -> ParsedFile:
        """One file. Raises SourceError if it cannot be read."""
        found = self._files.get(path)
        return self.adopt(path, self.source.read(path)) if found is None else found

    def adopt(self, path: str, data: bytes) -> ParsedFile:
        """Take this for the content of the file at `path`, which may lie outside the source ("../prod.tfvars")."""
        if path.endswith(".json"):
            body, problems = _parsed_json(path, data)
        else:
            body, problems = parse_hcl(data)
        found = self._files[path] = ParsedFile(path, data, body, problems, self.source.shown(path))
        return found

    def _readable(self, path: str) -> ParsedFile:
        try:
            return self.file(path)
        except SourceError as error:
            shown = self.source.shown(path)
            found = self._files[path] = ParsedFile(path, b"", Body(), [Problem(-1, error.about(shown))], shown)
            return found


def _parsed_json(path: str, data: bytes) -> tuple[Body, list[Problem]]:
    from costlint.readers.terraform.syntax.json import parse_json
    from costlint.readers.terraform.syntax.json_schemas import TERRAGRUNT

    if path.endswith(".hcl.json"):
        return parse_json(data, blocks=TERRAGRUNT)
    return parse_json(data, values=not path.endswith(_CONFIGURATION))


def configuration_names(names: list[str]) -> list[str]:
    """The configuration files among the names of a directory, in the order Terraform reads them.

    A `.tofu` file takes the place of the `.tf` file of the same name, as in OpenTofu.
    """
    found = [name for name in names if name.endswith(_CONFIGURATION) and not _is_editors(name)]
    replaced = {name.replace(".tofu", ".tf") for name in found if name.endswith((".tofu", ".tofu.json"))}
    kept = (name for name in found if name not in replaced)
    return sorted(kept, key=lambda name: (is_override(name), name))


def known_as(file: ParsedFile) -> str:
    """What stands for a file in the names of places: of configuration its directory, since Terraform does not care
    which of its files something is in."""
    directory, _, name = file.written_in.rpartition("/")
    return directory if configuration_names([name]) else file.written_in


def _is_editors(name: str) -> bool:
    return name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))
