"""Which environment something is deployed to, and what says so.

Never a guess: a name counts only as a whole word ("prod-eu", not "product"), and words that contradict each other
tell nothing. The evidence is kept, so that a finding can say why it believes a stack is not production.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from costlint.model import Environment, EnvironmentKind, Resource, Stack

_WORDS: dict[str, EnvironmentKind] = {
    **dict.fromkeys(("prod", "production", "prd"), "prod"),
    **dict.fromkeys(("dev", "develop", "development", "devel"), "nonprod"),
    **dict.fromkeys(("test", "testing", "tst", "qa", "uat", "acceptance"), "nonprod"),
    **dict.fromkeys(("stage", "staging", "stg", "preprod", "preproduction", "nonprod", "nonproduction"), "nonprod"),
    **dict.fromkeys(("sandbox", "sbx", "sbox", "playground", "demo", "poc", "preview"), "nonprod"),
}
# Names that speak of an environment only where a name is asked for: as a word of a path they may mean anything.
_LABELS = frozenset(
    (
        *("integration", "integ", "intg", "int", "perf", "perftest", "performance", "loadtest", "e2e", "pentest"),
        *("sit", "ppe", "nft", "aat", "ithc", "hml", "homolog", "review", "ephemeral", "sandpit"),
    )
)
_TESTS = frozenset(("test", "testing", "tst", "acceptance", "stage"))
_OFTEN_THINGS = _TESTS | {"sandbox", "sbx", "sbox", "playground", "demo", "preview"}
# A product is called so: the playground of a language is for everybody.
_PRODUCTS = frozenset(("playground",))
_GENERIC = frozenset(
    (
        "cluster",
        "eks",
        "gke",
        "aks",
        "k8s",
        "vpc",
        "account",
        "project",
        "env",
        "environment",
        "infra",
        "infrastructure",
    )
) | {"state", "tfstate", "terraform"}
_BETWEEN = re.compile(r"[^a-z0-9]+", re.IGNORECASE)
_PLACE = re.compile(r"[a-z]{1,3}\d*|(?:north|south|east|west|central|europe|asia|us)+\d*|global|primary|secondary")
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
_VARIABLE_ENDINGS = ("_environment", "_env")
# How a program runs, which is often `production` wherever it does.
_MODES = re.compile(r"(?:^|_)(?:node|rails|rack|flask|mix|dotnet|aspnetcore)_env(?:ironment)?$")
_CLUSTERS = ("aws_eks_cluster", "google_container_cluster", "azurerm_kubernetes_cluster")

_MANIFESTS = ("kubernetes", "helm", "kustomize")
_SYSTEM = frozenset(("", "default", "kube-system", "kube-public", "kube-node-lease"))

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


@lru_cache(maxsize=4096)
def labelled(text: str) -> Environment:
    """The same for what names nothing but an environment: a workspace, a variable file, the value of a tag."""
    said = named(text)
    label = text.lower().rstrip("0123456789") if not said.kind else ""
    return Environment("nonprod", text.lower()) if {label, text.lower()} & _LABELS else said


@lru_cache(maxsize=4096)
def directory_named(text: str) -> Environment:
    """The same for the name of a directory, which more often names a thing: `dev`, `02-dev`, `assets-prod` and
    `prod-eu-west-1` are environments; `agent-sandbox`, `synthetic-test`, `dev-desktops` and `stage-1` are not."""
    return named(text) if _tells(text, _OFTEN_THINGS) else UNSAID


@lru_cache(maxsize=4096)
def sign_named(text: str) -> Environment:
    """The same for the name of a cluster, an account or a state file, part by part: `shop-dev-cluster`,
    `dev/shop/terraform.tfstate`; not `production-stack`."""
    for part in text.split("/"):
        said = named(part) if _tells(part, _TESTS) else UNSAID
        if said.kind:
            return said
    return UNSAID


def _tells(text: str, things: frozenset[str]) -> bool:
    """Whether the environment in a name is what the name is about: it stands alone, last, or before a place. `things`
    are words for environments that do not count in longer names, because they often end the name of a thing."""
    words = _words(text)
    first, *others = [word for word in words if not word.isdigit() and word not in _GENERIC] or [""]
    if not others:
        return first not in _PRODUCTS and (first.rstrip("0123456789") != "stage" or text.lower() == "stage")
    strong = _WORDS.keys() - things
    return others[-1] in strong or (first in strong and all(map(_PLACE.fullmatch, others)))


def _is_environment(text: str) -> bool:
    """True for a directory called nothing but an environment, a number and a place: `prod`, `02-dev`, `prod-eu`."""
    words = _words(text)
    return all(word in _WORDS or word.isdigit() or word in _GENERIC or _PLACE.fullmatch(word) for word in words)


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(_CAMEL.sub(" ", _JOINED.sub("nonprod", text)).lower()) if word]


def known_words() -> frozenset[str]:
    """The words that say whether an environment is production."""
    return frozenset(_WORDS) | _LABELS


def declared(name: str, kind: EnvironmentKind | None = None, evidence: str = "configuration") -> Environment:
    """An environment somebody named outright (a flag, the configuration). `kind` None: from the name, if it tells."""
    return Environment(kind or labelled(name).kind, name, evidence)


def of_stack(stack: Stack) -> Environment:
    """A stack's environment, by the first of these that tells: var-file, workspace, a variable such as `environment`,
    tags most of its resources agree on, its path (deepest directory first), where its state is kept, the account or
    project its provider names, the names of its clusters, the default of such a variable. A variable that its path
    contradicts says nothing, and neither does a default outside production: it is what somebody else's values
    replace."""
    evidence, said = _told_first(stack)
    return UNSAID if _is_contradicted(stack, evidence, said) else said._replace(evidence=evidence)


def contradiction(stack: Stack) -> str:
    """What would tell a stack's environment if its path did not say otherwise, "" if nothing is contradicted."""
    evidence, said = _told_first(stack)
    return evidence if _is_contradicted(stack, evidence, said) else ""


def _told_first(stack: Stack) -> tuple[str, Environment]:
    return next(((evidence, said) for evidence, said in _stack_evidence(stack) if said.kind), ("", UNSAID))


def _is_contradicted(stack: Stack, evidence: str, said: Environment) -> bool:
    return evidence.startswith("variable ") and _of_path(stack)[1].kind not in (None, said.kind)


def places(stack: Stack) -> list[str]:
    """The accounts and clusters a stack is deployed to, as far as it names them."""
    return [*(sign.value for sign in stack.signs if sign.kind == "account"), *_clusters(stack)]


def _stack_evidence(stack: Stack) -> Iterator[tuple[str, Environment]]:
    for file in reversed(stack.var_files):
        for part in _own_parts(file, stack.directory or stack.path):
            yield f"var-file {file}", labelled(part)
    if stack.workspace != "default":
        yield f"workspace {stack.workspace}", labelled(stack.workspace)
    yield from _variables(stack, defaulted=False)
    presumed = _presumed(stack)
    tagged = [_of_tags(one.tags, presumed) for one in stack.resources if one.tags and not one.data and _own(one, stack)]
    if 2 * sum(said.kind is not None for said in tagged) >= len(tagged):
        yield _agreed((said.evidence, said) for said in tagged)
    yield _of_path(stack)
    for sign in stack.signs:
        yield f'{sign.name} = "{sign.value}"', sign_named(sign.value)
    if stack.kind in _MANIFESTS:
        named = {space for one in stack.resources if (space := _namespace(one)) not in _SYSTEM}
        yield _agreed((f'namespace "{space}"', sign_named(space)) for space in sorted(named))
    clusters = ((f'cluster "{name}"', sign_named(name)) for name in _clusters(stack))
    yield _agreed((evidence, said) for evidence, said in clusters if said.name not in presumed)
    for evidence, said in _variables(stack, defaulted=True):
        if said.kind == "prod":
            yield f"{evidence}, its default", said


def _own(resource: Resource, stack: Stack) -> bool:
    """Whether the tags of a resource speak of its stack: labels of what runs on a cluster do not speak of the root."""
    return resource.provider != "kubernetes" or stack.kind in _MANIFESTS


def _namespace(resource: Resource) -> str:
    if resource.provider != "kubernetes":
        return ""
    metadata = resource.attributes.get("metadata")
    found = metadata.get("namespace") if isinstance(metadata, dict) else None
    if resource.type == "Namespace":
        found = resource.name
    return found if isinstance(found, str) else ""


def _of_path(stack: Stack) -> tuple[str, Environment]:
    """What the deepest directory says that is called nothing but an environment, else the deepest that says anything:
    `prod/app_slot_staging` is in production."""
    shown = stack.directory or stack.name
    path = stack.path or ("" if shown.startswith("..") else shown)
    parts = path.split("/")[::-1]
    said = (directory_named(part) for part in (*filter(_is_environment, parts), *parts))
    return f"path {path}", next((one for one in said if one.kind), UNSAID)


def _own_parts(file: str, directory: str) -> list[str]:
    """The name of a variable file without its ending, and the directories that lead to it from the root's. What the
    root itself is called tells nothing about where it is deployed."""
    *folders, name = posixpath.relpath(file, directory or ".").split("/")
    own = posixpath.basename(directory) or "."
    stem = name.rpartition(".")[0] if name.endswith((".yaml", ".yml")) else name.split(".", 1)[0]
    parts = [stem, *(part for part in reversed(folders) if part != "..")]
    return [part.replace(own, " ") for part in parts]


def _variables(stack: Stack, defaulted: bool) -> Iterator[tuple[str, Environment]]:
    ending = (name for name in stack.variables if name.endswith(_VARIABLE_ENDINGS) and name not in _VARIABLES)
    others = [name for name in ending if not _MODES.search(name)]
    for name in (*_VARIABLES, *others):
        value = stack.variables.get(name)
        if isinstance(value, str) and (name in stack.defaulted) is defaulted:
            yield f'variable {name} = "{value}"', labelled(value)


def _clusters(stack: Stack) -> list[str]:
    found = (resource.attributes.get("name") for resource in stack.resources if resource.type in _CLUSTERS)
    return [name for name in found if isinstance(name, str)]


def _agreed(said: Iterable[tuple[str, Environment]]) -> tuple[str, Environment]:
    """What all of those that say something agree on."""
    telling = [(evidence, one) for evidence, one in said if one.kind]
    return telling[0] if len({one.kind for _, one in telling}) == 1 else ("", UNSAID)


def _presumed(stack: Stack) -> frozenset[object]:
    """What variables for the environment are by default: tags and names that say no more than that say nothing."""
    values = (value for name, value in stack.variables.items() if name in stack.defaulted)
    return frozenset(value for value in values if isinstance(value, str) and labelled(value).kind == "nonprod")


def _of_tags(tags: Mapping[str, object], presumed: frozenset[object] = frozenset()) -> Environment:
    for key, value in tags.items():
        if (
            isinstance(value, str)
            and value not in presumed
            and key.lower().rpartition(":")[2].replace("-", "_") in _TAG_KEYS
        ):
            said = labelled(value)
            if said.kind:
                return said._replace(evidence=f'tag {key} = "{value}"')
    return UNSAID


def of_resource(resource: Resource, stack: Environment, presumed: frozenset[object] = frozenset()) -> Environment:
    """A resource's environment: what its own tags say (other than what is `presumed`) or, on a cluster, its namespace;
    else its stack's."""
    said = _of_tags(resource.tags, presumed)
    if not said.kind and (space := _namespace(resource)) not in _SYSTEM:
        named = sign_named(space)
        said = named._replace(evidence=f'namespace "{space}"') if named.kind else said
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
    presumed = _presumed(stack)
    for resource in stack.resources:
        resource.environment = of_resource(resource, stack.environment, presumed)
