"""One Terragrunt file as a unit sees it: the names its expressions use, each worked out when it is first asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import cast

from costlint.model import UNKNOWN
from costlint.readers.terraform.evaluation import blocks
from costlint.readers.terraform.evaluation.cells import Memo
from costlint.readers.terraform.evaluation.rendering import Rendering
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.evaluation.traversals import member_of
from costlint.readers.terraform.files import ParsedFile
from costlint.readers.terraform.functions import FunctionContext
from costlint.readers.terraform.limits import Limits
from costlint.readers.terraform.reading import Reading
from costlint.readers.terraform.syntax.ast import Attribute, Block, Expr
from costlint.readers.terragrunt import dependencies, functions, tracing
from costlint.readers.terragrunt.includes import Include, included_file, includes_of
from costlint.readers.terragrunt.merging import Inputs, Layer, merge
from costlint.readers.terragrunt.tracing import INPUTS
from costlint.readers.terragrunt.tree import Tree
from costlint.readers.terragrunt.values import Values


class Evaluation:
    """What evaluating one unit keeps together. `origin` is the directory of the unit; `values` is what a stack file
    gives it; `supposed` are the texts environment variables nobody set are taken to hold."""

    def __init__(self, tree: Tree, reading: Reading, origin: str, values: Values) -> None:
        self.tree = tree
        self.reading = reading
        self.origin = origin
        self.values = values
        self.files: dict[str, ParsedFile] = {}
        self.opened: list[Config] = []
        self.supposed: set[str] = set()
        self._read: dict[str, Config] = {}

    def open(self, path: str, directory: str, child: Config | None = None) -> Config:
        """The configuration in a file. Raises SourceError if it cannot be read."""
        real = self.tree.real(path)
        file = self.tree.files.file(real)
        if real not in self.files:
            self.files[real] = file
            for problem in file.problems:
                self.reading.say("error", problem.message, file, problem.start)
        config = Config(self, file, path, directory, child)
        self.opened.append(config)
        return config

    def read_files(self) -> list[ParsedFile]:
        """The files of the unit, and the stack files its values come from."""
        found = list(self.files.values())
        giver = self.values.scope.module if self.values.scope is not None else None
        if isinstance(giver, Config):
            found += giver.evaluation.read_files()
        return found

    def read(self, path: str) -> Config:
        """The configuration `read_terragrunt_config` reads: a unit of its own. Raises SourceError."""
        found = self._read.get(path)
        if found is None:
            found = self.shared(path)
            if found is not None:
                self._adopt(found.evaluation)
            self._read[path] = found = found or self.open(path, posixpath.dirname(path))
        return found

    def shared(self, path: str) -> Config | None:
        """The configuration in a file as every unit reads it; None if it depends on who does. Raises SourceError."""
        from costlint.readers.terragrunt.sharing import shared_config

        return shared_config(self, path)

    def origin_of_unit(self) -> str:
        """The directory of the unit all of this is evaluated for."""
        return self.origin

    def values_of_unit(self) -> Values:
        """What a stack file gives that unit."""
        return self.values

    def close(self) -> None:
        """Forget everything: nothing will be asked any more. Configurations and what they are evaluated with refer to
        each other in circles, and while units are read nobody collects those."""
        for config in self.opened:
            if config.evaluation is self:
                vars(config).clear()
        vars(self.reading).clear()
        vars(self).clear()

    def _adopt(self, other: Evaluation) -> None:
        """Take what another evaluation read and said for one's own."""
        self.opened += other.opened
        self.files = {**other.files, **self.files}
        self.supposed |= other.supposed
        self.reading.repeat(other.reading.diagnostics)


class Config:
    """A file: the unit's own, one that is included (then `child` is the file that includes it), or one that is read.

    `path` is where Terragrunt sees the file, `directory` what it calls the Terragrunt directory: that of the unit,
    in included files too. While the path of an include is worked out, `naming_includes` is true: nothing is included
    yet."""

    exists: object = True
    evaluation: Evaluation
    directory: str

    def __init__(
        self, evaluation: Evaluation, file: ParsedFile, path: str, directory: str, child: Config | None
    ) -> None:
        self.evaluation = evaluation
        self.reading = evaluation.reading
        self.tree = evaluation.tree
        self.file = file
        self.path = path
        self.directory = directory
        self.child = child
        self.naming_includes = False
        self.limits: Limits = self.reading.limits
        self.scope = Scope(self, file, {})
        self._memo: Memo = {}

    # -- what the file says

    def blocks_of(self, type_: str) -> list[Block]:
        return [block for block in self.file.body.blocks if block.type == type_]

    @cached_property
    def locals(self) -> dict[str, Attribute]:
        """The locals of the file."""
        return {name: each for block in self.blocks_of("locals") for name, each in block.body.attributes.items()}

    @cached_property
    def includes(self) -> dict[str, Include]:
        """The include blocks by name ("" for a bare one), in the order they are written."""
        return includes_of(self)

    def included(self, include: Include) -> Config | None:
        """The file an include block brings in, None if it cannot be read."""
        found = self._force(("include", include.name), lambda: included_file(self, include))
        return found if isinstance(found, Config) else None

    def merged_with(self) -> list[Config]:
        """The files whose settings hold for this one, the strongest first: itself, then its includes from the last."""
        merging = (self.included(each) for each in reversed(self.includes.values()) if each.strategy != "no_merge")
        return [self, *(config for config in merging if config is not None)]

    def merged_blocks(self, type_: str) -> list[tuple[Config, Block]]:
        """The blocks of a type in all of these files, the strongest first."""
        return [(config, block) for config in self.merged_with() for block in config.blocks_of(type_)]

    @property
    def inputs(self) -> Inputs:
        """The inputs, merged with those of the included files."""
        return cast("Inputs", self._force("inputs", self._inputs))

    def exposed(self) -> dict[str, object]:
        """The file as a value: what `include.name` and `read_terragrunt_config` give."""
        return cast("dict[str, object]", self._force("values", self._exposed))

    def value(self, attribute: Attribute | None) -> object:
        """The value of an attribute, None if there is none."""
        return None if attribute is None else self.reading.value(attribute.expr, self.scope)

    # -- names in expressions

    def root(self, name: str, expr: Expr) -> object:
        """A name on its own. Raises EvaluationError."""
        if name == "local":
            return {local: self.local(local, expr) for local in self.locals}
        if name == "include":
            return {label: self._included(each) for label, each in self.includes.items()}
        if name == "dependency":
            return {label: dependencies.exposed(self, label) for label in dependencies.names(self)}
        if name == "values":
            return self.evaluation.values_of_unit().value()
        if name in _OF_STACKS:
            return UNKNOWN
        raise EvaluationError(f'there is nothing called "{name}" here', expr[1])

    def resolve(self, root: str, name: str, expr: Expr) -> object:
        """`root.name`. Raises EvaluationError for what is not declared."""
        if root == "local":
            return self.local(name, expr)
        if root == INPUTS:
            return member_of(self.inputs.value, name, expr)
        if root == "include":
            include = self.includes.get(name)
            if include is not None:
                return self._included(include)
            bare = self.includes.get("")
            if bare is not None and len(self.includes) == 1:
                return member_of(self._included(bare), name, expr)
            return self._undeclared(f'include "{name}"', expr)
        if root == "dependency":
            if name in dependencies.names(self):
                return dependencies.exposed(self, name)
            return self._undeclared(f'dependency "{name}"', expr)
        if root == "feature":
            for config, block in self.merged_blocks("feature"):
                if block.labels == (name,):
                    return {"value": config.value(block.body.attributes.get("default"))}
            return self._undeclared(f'feature "{name}"', expr)
        return member_of(self.root(root, expr), name, expr)

    def local(self, name: str, expr: Expr) -> object:
        """The value of a local. Raises EvaluationError if there is none."""
        attribute = self.locals.get(name)
        if attribute is None:
            return self._undeclared(f'local value "{name}"', expr)
        return self._force(("local", name), lambda: self.value(attribute))

    def resource(self, mode: str, type_: str, name: str, expr: Expr) -> object:
        raise EvaluationError(f'there is nothing called "{mode}" here', expr[1])

    def spend(self, steps: int, expr: Expr) -> None:
        self.reading.spend(steps, expr)

    def file_of(self, node: Attribute | Block, file: ParsedFile) -> ParsedFile:
        return file

    def refuse_file(self, path: str, scope: Scope, expr: Expr) -> None:
        """Say that a file outside the scanned tree is not read."""
        if self.context.resolve(path) is None:
            self.reading.say("warning", f"{path} lies outside the scanned tree and is not read", scope.file, expr[1])

    onward = tracing.onward

    @cached_property
    def context(self) -> FunctionContext:
        place = posixpath.dirname(self.file.path)
        bare = FunctionContext(
            source=self.tree.files.source,
            root_path=place,
            module_path=place,
            absolute=self.tree.place,
            further=self._call,
        )
        rendering = Rendering(self.reading, bare)
        return FunctionContext(bare.source, place, place, rendering.render, bare.absolute, bare.further)

    # -- private

    def _call(self, name: str, args: Sequence[object]) -> object:
        return functions.call(self, name, args)

    def _force(self, key: Hashable, compute: Callable[[], object]) -> object:
        named = ".".join(map(str, key)) if isinstance(key, tuple) else key
        label = f"{named} of {self.reading.shown(self.file.path)}"
        return self.reading.force(self._memo, key, compute, label)

    def _inputs(self) -> Inputs:
        result: Inputs = self._own_inputs(None)
        for each in reversed(self.includes.values()):
            if each.strategy != "no_merge":
                found = self.included(each)
                lower = Layer(self, each.block, UNKNOWN) if found is None else found._own_inputs(each.block)
                result = merge(lower, result, each.strategy == "deep")
        return result

    def _own_inputs(self, include: Block | None) -> Layer:
        value = self.value(self.file.body.attributes.get("inputs"))
        return Layer(self, include, {} if value is None else value)

    def _exposed(self) -> dict[str, object]:
        found: dict[str, object] = {
            "locals": {name: self.local(name, attribute.expr) for name, attribute in self.locals.items()},
            "inputs": self.inputs.value,
            "dependency": {name: dependencies.exposed(self, name) for name in dependencies.names(self)},
        }
        for type_ in ("terraform", "remote_state"):
            for config, block in self.merged_blocks(type_)[:1]:
                found[type_] = blocks.attributes_of(block.body, config.scope, self.reading, meta=False)
        return found

    def _included(self, include: Include) -> object:
        config = self.included(include)
        return config.exposed() if config is not None else UNKNOWN

    def _undeclared(self, what: str, expr: Expr) -> object:
        if self.file.problems:
            return UNKNOWN
        raise EvaluationError(f"there is no {what} in this file", expr[1])


_OF_STACKS = frozenset(("unit", "stack"))
