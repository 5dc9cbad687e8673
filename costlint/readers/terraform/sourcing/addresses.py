"""Module sources as Terraform understands them: a registry address, git, an archive, a bucket, or a local path.

Follows Terraform's order: local, then registry, then what go-getter detects.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct

DEFAULT_REGISTRY = "registry.terraform.io"
"""The host the registry protocol prescribes for addresses that name none."""

Kind = Literal["local", "registry", "git", "http", "s3", "gcs", "other"]

# Patterns are compiled where they are first used: most configurations call modules that lie beside them.
_FORCED = r"(?s)([A-Za-z0-9]+)::(.+)"
_REGISTRY = (
    r"(?:(?P<host>[0-9A-Za-z](?:[\w.-]*[0-9A-Za-z])?(?::\d+)?)/)?"
    r"(?P<module>[0-9A-Za-z](?:[\w-]{0,62}[0-9A-Za-z])?/[0-9A-Za-z](?:[\w-]{0,62}[0-9A-Za-z])?/[0-9a-z]{1,64})"
)
_NO_REGISTRIES = frozenset(("github.com", "bitbucket.org", "gitlab.com"))
_SCP = r"([\w.-]+@[\w.-]+):(?!//)(.+)"
_URL = r"(?s)([A-Za-z][\w+.-]*)://(?:([^/@]*)@)?([^/:]*|\[[^]/]*\])(?::(\d+))?(?:/(.*))?"
_S3 = r"(?:[\w.-]+\.)?s3[\w.-]*\.amazonaws\.com/.+"
_GCS = r"www\.googleapis\.com/storage/v1/.+"
_SECRET = r"(?i)token|key|secret|signature|password|credential|^sig$|auth"
_PUBLISHED = r"github\.com/(?P<namespace>[^/]+)/terraform-(?P<system>[0-9a-z]+)-(?P<name>[^/]+)"
_FETCHING = frozenset(("depth",))


class ModuleAddress(Struct, frozen=True):
    """Where a module comes from. `location` is a local path, host/namespace/name/provider, or a URL (it may hold a
    password: show `package` instead). `subdir` is the directory within the package."""

    kind: Kind
    location: str
    subdir: str = ""
    query: tuple[tuple[str, str], ...] = ()

    @property
    def package(self) -> str:
        """What is fetched as a whole, without anything secret: the key of the lock file."""
        if self.kind in ("local", "registry", "other"):
            return self.location
        prefix = "" if self.kind == "http" else f"{self.kind}::"
        shown = [
            (name, "…" if re.search(_SECRET, name) else value) for name, value in self.query if name not in _FETCHING
        ]
        return prefix + without_password(self.location) + ("?" + "&".join(map("=".join, shown)) if shown else "")

    @property
    def shown(self) -> str:
        """The package and the directory in it, for people."""
        package, mark, query = self.package.partition("?")
        return package + (f"//{self.subdir}" if self.subdir else "") + mark + query

    def option(self, name: str) -> str:
        """A parameter of the query, "" if it is not given."""
        value = next((value for key, value in self.query if key == name), "")
        return unquote(value) if "%" in value else value


def parse_address(text: str) -> ModuleAddress:
    """The address a `source` argument stands for."""
    if is_local(text):
        return ModuleAddress("local", text)
    whole, subdir = _without_subdir(text)
    registry = re.fullmatch(_REGISTRY, whole)
    if registry is not None and (registry["host"] or "").lower() not in _NO_REGISTRIES:
        host = registry["host"]
        if host is None or "." in host or ":" in host or host == "localhost":
            return ModuleAddress("registry", f"{(host or DEFAULT_REGISTRY).lower()}/{registry['module']}", subdir)
    return _remote(whole, subdir)


def is_local(text: str) -> bool:
    """True for a path relative to the calling module."""
    return text.startswith(("./", "../", ".\\", "..\\")) or text in (".", "..")


def in_package(source: str, subdir: str) -> str:
    """A source that leads to another directory of the package `source` is in; "" is its top."""
    whole, _ = _without_subdir(source)
    place, mark, query = whole.partition("?")
    return place + (f"//{subdir}" if subdir else "") + mark + query


def repository_key(url: str) -> tuple[str, str] | None:
    """Host and path of a git URL in a form that is the same for https, ssh and scp-like spellings, whatever their
    case; None for others."""
    place = repository_place(url)
    return (place[0], place[1].lower()) if place is not None else None


def repository_place(url: str) -> tuple[str, str] | None:
    """The same with the path as it is written."""
    address = _remote(url.removeprefix("git::"), "", git=True)
    match = re.fullmatch(_URL, address.location)
    if address.kind != "git" or match is None:
        return None
    host = (match[3] or "").lower()
    path = (match[5] or "").strip("/").removesuffix(".git")
    if host.endswith("dev.azure.com"):
        host, path = "dev.azure.com", path.removeprefix("v3/").replace("/_git/", "/")
    return (host, path) if path else None


def published(address: ModuleAddress) -> str:
    """The other address of a module on the public registry, which publishes the GitHub repository
    NAMESPACE/terraform-SYSTEM-NAME as NAMESPACE/NAME/SYSTEM; "" if it has none."""
    if address.kind == "registry":
        host, namespace, name, system = address.location.split("/")
        return f"github.com/{namespace}/terraform-{system}-{name}" if host == DEFAULT_REGISTRY else ""
    place = repository_place(address.location) if address.kind == "git" else None
    found = re.fullmatch(_PUBLISHED, "/".join(place)) if place is not None else None
    return f"{found['namespace']}/{found['name']}/{found['system']}" if found is not None else ""


def without_password(url: str) -> str:
    """A URL without the password or token it may hold."""
    match = re.fullmatch(_URL, url)
    if match is None or match[2] is None:
        return url
    user, colon, _ = match[2].partition(":")
    hidden = match[1] != "ssh" and (colon or _looks_secret(user))
    return url.replace(f"{match[2]}@", "…@", 1) if hidden else url


def _looks_secret(user: str) -> bool:
    return len(user) >= 20 or user.startswith(("ghp_", "glpat-"))


def _remote(whole: str, subdir: str, git: bool = False) -> ModuleAddress:
    whole, _, written = whole.partition("?")
    query = tuple((name, value) for name, _, value in (part.partition("=") for part in written.split("&")) if name)
    forced = re.fullmatch(_FORCED, whole)
    kind, place = (forced[1].lower(), forced[2]) if forced is not None else ("git" if git else "", whole)
    host, _, rest = place.partition("/")
    if kind in ("", "git") and host.lower() in ("github.com", "bitbucket.org"):
        parts = rest.split("/")
        repository = "/".join(parts[:2]).removesuffix(".git")
        subdir = "/".join((*parts[2:], *([subdir] if subdir else [])))
        return ModuleAddress("git", f"https://{host.lower()}/{repository}.git", subdir, query)
    scp = re.fullmatch(_SCP, place)
    if kind in ("", "git") and scp is not None:
        return ModuleAddress("git", f"ssh://{scp[1]}/{scp[2].lstrip('/')}", subdir, query)
    if kind == "git":
        location = f"file://{place}" if place.startswith("/") else place
        return ModuleAddress("git", location, subdir, query) if re.fullmatch(_URL, location) else _other(whole, subdir)
    if kind == "s3" or (not kind and re.fullmatch(_S3, place)):
        return ModuleAddress("s3", _with_scheme(place), subdir, query)
    if kind == "gcs" or (not kind and re.fullmatch(_GCS, place)):
        return ModuleAddress("gcs", _with_scheme(place), subdir, query)
    url = re.fullmatch(_URL, place) if kind in ("", "http", "https") else None
    if url is not None and url[1].lower() in ("http", "https"):
        return ModuleAddress("http", place, subdir, query)
    if url is not None and url[1].lower() == "ssh":
        return ModuleAddress("git", place, subdir, query)
    return _other(whole, subdir)


def _other(whole: str, subdir: str) -> ModuleAddress:
    return ModuleAddress("other", whole, subdir)


def _with_scheme(place: str) -> str:
    return place if "://" in place else f"https://{place}"


def _without_subdir(text: str) -> tuple[str, str]:
    """The source and the directory after `//`; the query stays with the source."""
    end = text.find("?")
    end = len(text) if end < 0 else end
    scheme = text.find("://", 0, end)
    mark = text.find("//", scheme + 3 if scheme >= 0 else 0, end)
    if mark < 0:
        return text, ""
    return text[:mark] + text[end:], text[mark + 2 : end].strip("/")
