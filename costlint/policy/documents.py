"""Rule files: YAML text to a checked `RuleFile`, or a sentence saying where it is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path as FilePath
from typing import Any

import msgspec
from msgspec.structs import replace

from costlint.model import Path
from costlint.policy.reading import PatternError
from costlint.policy.schema import RuleFile
from costlint.policy.shorthand import spelled_out

_LARGEST = 256_000
_DEEPEST = 40


class RuleError(Exception):
    """A rule that cannot be used: `file:line:column: sentence`."""

    def __init__(self, message: str, file: str = "", line: int = 0, column: int = 0) -> None:
        place = f"{file}:{line}:{column}: " if line else f"{file}: " if file else ""
        super().__init__(f"{place}{message}")
        self.message = message
        self.file = file
        self.line = line
        self.column = column


def read_rule(text: str, file: str, category: str = "") -> RuleFile:
    """The rule in a YAML text. Raises RuleError with file, line and column."""
    from costlint.config.complaints import complaint
    from costlint.config.documents import UnreadableDocument, yaml_document

    if len(text) > _LARGEST:
        raise RuleError(f"a rule file may have {_LARGEST:,} characters", file)
    _refuse_aliases(text, file)
    try:
        document = yaml_document(text)
    except UnreadableDocument as error:
        raise RuleError(str(error), file, error.line, error.column) from None
    if not isinstance(document.value, dict):
        raise RuleError("expected a map with id, name, title …", file, 1, 1)
    value: dict[str, Any] = {"category": category, **_dates_as_text(document.value)}
    try:
        rule = msgspec.convert(spelled_out(value), RuleFile)
    except PatternError as error:
        raise RuleError(error.message, file, *document.position(error.path)) from None
    except msgspec.ValidationError as error:
        message, path = complaint(error, value, RuleFile)
        raise RuleError(message, file, *document.position(path)) from None
    problem = incoherence(rule)
    if problem:
        raise RuleError(problem[0], file, *document.position(problem[1]))
    return replace(rule, names={})


def _dates_as_text(value: Any) -> Any:
    """What YAML reads as a date is text in a rule (`as_of: 2026-06-01` in an example)."""
    if isinstance(value, dict):
        return {key: _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def read_rule_file(path: FilePath) -> RuleFile:
    """The rule in a file; its category is the folder's name. Raises RuleError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"cannot be read: {error}", path.as_posix()) from None
    return read_rule(text, path.as_posix(), path.parent.name)


def place_error(error: PatternError, text: str, file: str) -> RuleError:
    """A pattern's error with the line it stands on."""
    from costlint.config.documents import yaml_document

    name = ".".join(map(str, error.path))
    message = f"{name}: {error.message}" if name else error.message
    path: Path = error.path
    return RuleError(message, file, *yaml_document(text).position(path))


def incoherence(rule: RuleFile) -> tuple[str, Path] | None:
    """What does not fit together in a rule, and where; None if all is well."""
    if rule.scope != "resource" and (rule.stack is None or rule.resources):
        return f"a rule with scope: {rule.scope} has a `stack:` section and no `resources:`", ("scope",)
    if rule.scope == "resource" and (rule.stack is not None or not rule.resources):
        return "a rule has a `resources:` section (or scope: stack, or repository, and a `stack:` section)", ("id",)
    if rule.stack and any(about.each or about.group or about.when for _, about, _ in rule.sections()):
        return "a stack has no each, when or group", ("stack",)
    for _, about, where in rule.sections():
        proposes = bool(about.change or about.add or about.remove or about.propose or about.group)
        if not proposes and not about.exposure and not rule.exposure:
            return "neither a proposal (change, add, remove, propose, group) nor an exposure", where
        if about.group and (about.each or about.add or about.remove or about.propose):
            return "a group stands alone, or with change: without each, add, remove and propose", where
    return None


def _refuse_aliases(text: str, file: str) -> None:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            mark: Any = event.start_mark
            if isinstance(event, yaml.AliasEvent):
                raise RuleError("rule files have no YAML aliases: use `names`", file, mark.line + 1, mark.column + 1)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise RuleError("nested too deeply", file, mark.line + 1, mark.column + 1)
    except yaml.YAMLError:
        return
