"""Which environment something is deployed to, and what says so.

Never a guess: a name counts only as a whole word ("prod-eu", not "product"), and words that contradict each other
tell nothing. The evidence is kept, so that a finding can say why it believes a stack is not production.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from costlint.model import Environment, EnvironmentKind, Resource, Stack

_WORDS: dict[str, EnvironmentKind] = {
    **dict.fromkeys(("prod", "production", "prd"), "prod"),
    **dict.fromkeys(("dev", "develop", "development", "devel"), "nonprod"),
    **dict.fromkeys(("test", "testing", "tst", "qa", "uat", "acceptance"), "nonprod"),
    **dict.fromkeys(("stage", "staging", "stg", "preprod", "preproduction", "nonprod", "nonproduction"), "nonprod"),
    **dict.fromkeys(("sandbox", "sbx", "sbox", "playground", "demo", "poc", "preview"), "nonprod"),
}
_JOINED = re.compile(r"(?:non|pre)[-_ ]?(?:production|prod|prd)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_TAG_KEYS = ("environment", "env", "stage", "environmentname", "environment_name", "envname", "tier")
_VARIABLES = (
    "environment",
    "env",
    "environment_name",
    "env_name",
    "stage",
    "environment_type",
    "deployment_environment",
)

UNSAID = Environment()


@lru_cache(maxsize=4096)
def named(text: str) -> Environment:
    """The environment a name speaks of: `prod-eu` → production; UNSAID if it names none, or both kinds."""
    found: dict[str, EnvironmentKind] = {}
    rest = _JOINED.sub(lambda match: found.setdefault(match[0].lower(), "nonprod") and " ", text)
    for word in _WORD.findall(_CAMEL.sub(" ", rest)):
        kind = _WORDS.get(word.lower())
        if kind:
            found[word.lower()] = kind
    kinds = set(found.values())
    return Environment(kinds.pop(), next(iter(found))) if len(kinds) == 1 else UNSAID


def declared(name: str, kind: EnvironmentKind | None = None, evidence: str = "configuration") -> Environment:
    """An environment somebody named outright (a flag, the configuration). `kind` None: from the name, if it tells."""
    return Environment(kind or named(name).kind, name, evidence)


def of_stack(stack: Stack) -> Environment:
    """A stack's environment: var-file, workspace, an `environment` variable, tags its resources agree on, then its
    path (deepest directory first)."""
    for evidence, text in _stack_evidence(stack):
        said = named(text)
        if said.kind:
            return said._replace(evidence=evidence)
    agreed = {_of_tags(resource.tags).kind for resource in stack.resources if not resource.data} - {None}
    if len(agreed) == 1:
        return next(said for said in (_of_tags(resource.tags) for resource in stack.resources) if said.kind)
    path = stack.path or ("" if stack.name.startswith("..") else stack.name)
    for part in reversed(path.split("/")):
        said = named(part)
        if said.kind:
            return said._replace(evidence=f"path {path}")
    return UNSAID


def _stack_evidence(stack: Stack) -> Iterable[tuple[str, str]]:
    for file in stack.var_files:
        if not file.endswith("terraform.tfvars"):
            yield f"var-file {file}", file.rsplit("/", 1)[-1].split(".", 1)[0]
    if stack.workspace != "default":
        yield f"workspace {stack.workspace}", stack.workspace
    for name in _VARIABLES:
        value = stack.variables.get(name)
        if isinstance(value, str):
            yield f'variable {name} = "{value}"', value


def _of_tags(tags: Mapping[str, object]) -> Environment:
    for key, value in tags.items():
        if isinstance(value, str) and key.lower().rpartition(":")[2].replace("-", "_") in _TAG_KEYS:
            said = named(value)
            if said.kind:
                return said._replace(evidence=f'tag {key} = "{value}"')
    return UNSAID


def of_resource(resource: Resource, stack: Environment) -> Environment:
    """A resource's environment: what its own tags say, else its stack's."""
    said = _of_tags(resource.tags)
    return said if said.kind and said.kind != stack.kind else stack


def assign(stack: Stack, given: Environment = UNSAID) -> None:
    """Give the stack and each of its resources their environment. One that is `given` (by a flag or the
    configuration) wins over everything that could be inferred."""
    if given.name:
        stack.environment = given
        for resource in stack.resources:
            resource.environment = given
        return
    stack.environment = of_stack(stack)
    for resource in stack.resources:
        resource.environment = of_resource(resource, stack.environment)
