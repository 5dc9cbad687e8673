"""What reading one stack keeps together: its files, bounds, diagnostics, and the values worked out so far."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct, field

from costlint.model import UNKNOWN, Diagnostic, Span
from costlint.model.diagnostics import Severity
from costlint.readers.terraform.adapters.adapters import Adapter
from costlint.readers.terraform.configuration import Configuration, configuration_of
from costlint.readers.terraform.evaluation.cells import Cells, CircularReference, Memo, Postponed
from costlint.readers.terraform.evaluation.evaluate import evaluate
from costlint.readers.terraform.evaluation.scope import EvaluationError, Lookup, Scope
from costlint.readers.terraform.files import ParsedDirectory, ParsedFile, TerraformFiles
from costlint.readers.terraform.limits import Limits, outweighs
from costlint.readers.terraform.syntax.ast import Attribute, Expr, Problem
from costlint.readers.terraform.syntax.native import parse_template
from costlint.readers.terraform.variables.workspaces import UnnamedWorkspace, selected_workspace

_UNCERTAIN = "what is generated here is not known before deployment, so some of it is not read"


class TerraformOptions(Struct, frozen=True):
    """How a root is deployed. `var_files` are paths relative to the source root, later ones win; `variables` are
    the texts of `--var name=text`; `workspace` is "" where nobody names one; `environment` holds the process
    environment variables that may be used (TF_VAR_name, AWS_REGION …), none unless the user opted in. A `library` is
    read without the values its callers would give it."""

    var_files: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    workspace: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    library: bool = False
    label: str = ""


class Reading:
    """The state of reading one stack. Evaluates what stands at a place: a mistake becomes one diagnostic there, and
    the value UNKNOWN. Where an `adapter` stands in for the root, `named_at` is where the module is named."""

    def __init__(self, files: TerraformFiles, root: str, options: TerraformOptions) -> None:
        self.files = files
        self.root = root
        self.options = options
        self.limits = options.limits
        self.diagnostics: list[Diagnostic] = []
        self.cells = Cells(self._circle)
        self.modules = 0
        self.adapter: Adapter | None = None
        self.named_at = Span("", 0, 0, 0, 0)
        self.absolute: Callable[[str], str | None] | None = None
        named = options.workspace or selected_workspace(files.source, root)
        self.workspace: str | UnnamedWorkspace = named or UnnamedWorkspace()
        self._steps = options.limits.steps
        self._supposing = options.library
        self._said: set[tuple[str, int, str]] = set()
        self._reasons: set[str] = set()
        self._configurations: dict[str, Configuration] = {}
        self._shown: dict[str, str] = {}
        self._templates: dict[str, tuple[Expr, list[Problem]]] = {}

    def resume(self, options: TerraformOptions) -> None:
        """Go on reading with other options; what is worked out already stays."""
        self.options = options
        self.limits = options.limits
        self._supposing = options.library
        self.workspace = options.workspace or self.workspace

    def configuration(self, path: str) -> Configuration:
        """The module in a directory, parsed once however often it is called."""
        found = self._configurations.get(path)
        return self.configured(self.files.directory(path)) if found is None else found

    def configured(self, directory: ParsedDirectory) -> Configuration:
        """The module these files make up, which stands for its directory from now on."""
        found = self._configurations[directory.path] = configuration_of(directory)
        for file in directory.files:
            for problem in file.problems:
                if file.uncertain:
                    self.say("note", _UNCERTAIN, file, problem.start)
                else:
                    self.say("error", problem.message, file, problem.start)
        return found

    @property
    def read_files(self) -> tuple[ParsedFile, ...]:
        """Every file of every module read so far, adapters left out."""
        found = (file for each in self._configurations.values() for file in each.directory.files)
        return tuple(file for file in found if not self.files.adapters.holds(file.path))

    def value(self, expr: Expr, scope: Scope) -> object:
        """The value of the whole expression at a place."""
        if expr[0] == "lit":
            return expr[3]
        while True:
            try:
                value = evaluate(expr, scope)
            except EvaluationError as error:
                severity: Severity = "note" if error.buildable else "warning"
                self.mistake(error.message, scope.module, scope.file, error.start, severity)
                return UNKNOWN
            except CircularReference as circle:
                self.say("warning", _circular(circle.trail), scope.file, expr[1])
                return UNKNOWN
            except Postponed as postponed:
                if self.cells.depth:
                    raise
                self.cells.settle(postponed)
                continue
            except RecursionError:
                if self.cells.depth > 1:
                    raise
                self.say("warning", "this expression is nested too deeply to be evaluated", scope.file, expr[1])
                return UNKNOWN
            if isinstance(value, (list, dict)) and outweighs(value, self.limits.members):
                message = f"this value has more than {self.limits.members} members; costlint treats it as unknown"
                self.say("warning", message, scope.file, expr[1])
                return UNKNOWN
            return value

    def attribute_value(self, attribute: Attribute, scope: Scope) -> object:
        """The value of an attribute of a block, wherever an override file may have put it."""
        file = scope.file
        if file is not None:
            written = scope.module.file_of(attribute, file)
            if written is not file:
                scope = Scope(scope.module, written, scope.names, scope.origins)
        return self.value(attribute.expr, scope)

    def template(self, text: str) -> tuple[Expr, list[Problem]]:
        """A template's text, parsed once however often it is rendered."""
        found = self._templates.get(text)
        if found is None:
            found = self._templates[text] = parse_template(text)
        return found

    def force(self, memo: Memo, key: Hashable, compute: Callable[[], object], label: str) -> object:
        return self.cells.force(memo, key, compute, label)

    def spend(self, steps: int, expr: Expr) -> None:
        """Count the items a `for` goes through. Raises EvaluationError when the stack has used up its share."""
        self._steps -= steps
        if self._steps < 0:
            raise EvaluationError(
                f"the configuration loops over more than {self.limits.steps} items; costlint stops here", expr[1]
            )

    @contextmanager
    def supposing(self, uncertain: bool) -> Iterator[None]:
        """While this lasts (if `uncertain`), what is evaluated belongs to something that may not exist."""
        before = self._supposing
        self._supposing = before or uncertain
        try:
            yield
        finally:
            self._supposing = before

    def mistake(
        self,
        message: str,
        module: Lookup,
        file: ParsedFile | None,
        start: int = -1,
        severity: Severity = "warning",
    ) -> None:
        """Say what Terraform would refuse; nothing where it might never evaluate it, or with other values."""
        if not self._supposing and module.exists is True:
            self.say(severity, message, file, start)

    def say(self, severity: Severity, message: str, file: ParsedFile | None, start: int = -1) -> None:
        """Add a diagnostic, once for each place and sentence; none about adapters, which are not the user's."""
        if file is not None and self.files.adapters.holds(file.path):
            return
        name = self.shown(file.written_in) if file is not None else ""
        if (name, start, message) in self._said:
            return
        self._said.add((name, start, message))
        line, column = file.position(start) if file is not None and start >= 0 else (0, 0)
        self.diagnostics.append(Diagnostic(severity, message, name, line, column))

    def first(self, reason: str) -> bool:
        """True the first time a reason is given: what follows from the same one need not be told as loudly."""
        new = reason not in self._reasons
        self._reasons.add(reason)
        return new

    def repeat(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add diagnostics that were said elsewhere, each once."""
        self.diagnostics += [each for each in diagnostics if each not in self.diagnostics]

    def span(self, file: ParsedFile, start: int, end: int) -> Span:
        """The lines and columns of bytes start to end of a file."""
        return Span(self.shown(file.written_in), *file.position(start), *file.position(end))

    def shown(self, path: str) -> str:
        name = self._shown.get(path)
        if name is None:
            name = self._shown[path] = self.files.source.shown(path)
        return name

    def _circle(self, trail: list[str]) -> object:
        self.say("warning", _circular(trail), None)
        return UNKNOWN


def _circular(trail: list[str]) -> str:
    shown = trail if len(trail) <= 12 else [*trail[:6], "…", *trail[-5:]]
    return f"{trail[-1]} depends on itself: {' → '.join(shown)}"
