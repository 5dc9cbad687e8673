"""Brings one module package into the cache, wherever it comes from, and pins what came."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from costlint.modules import buckets, git
from costlint.modules.archives import archive_kind, unpack
from costlint.modules.credentials import Credentials
from costlint.modules.limits import MOST_HOPS
from costlint.modules.registry import Registry
from costlint.network.downloads import Downloads, Tell, check, digest_of, refusal
from costlint.network.errors import FetchError
from costlint.network.store import Incoming, Store
from costlint.network.web import Web, shown
from costlint.readers.terraform.sourcing.addresses import ModuleAddress, parse_address
from costlint.readers.terraform.sourcing.lock import LOCK_NAME, Pin

_META = re.compile(rb'<meta\s+name="terraform-get"\s+content="([^"]+)"', re.IGNORECASE)


class Fetcher:
    """Fetches packages into one store, each at most once."""

    def __init__(self, store: Store, credentials: Credentials, tell: Tell) -> None:
        self._store = store
        self._scratch = store.cache / "partial"
        self._web = Web()
        self._registry = Registry(self._web, credentials)
        self._downloads = Downloads(store.cache, self._web, credentials.login, tell)

    def fetch(self, address: ModuleAddress, version: str, pin: Pin | None, own: bool) -> Pin:
        """The pin of a package that is in the cache from now on: the given one if there is one.

        `own`: the user's own configuration names the address. Raises FetchError, also if what comes is not what the
        given pin stands for.
        """
        if pin is not None and self._store.has(pin.checksum):
            return pin
        if address.kind == "registry":
            came = self._from_registry(address, version, pin)
        else:
            came = self._from_address(address, pin.resolved if pin is not None else "", own)
        if pin is not None and came.checksum != pin.checksum:
            raise FetchError(
                f"what {address.package} gives is not what {LOCK_NAME} pins (checksum {came.checksum}, pinned "
                f"{pin.checksum}): if that is meant, take its entry out of the lock file and fetch again"
            )
        return came

    def _from_registry(self, address: ModuleAddress, constraint: str, pin: Pin | None) -> Pin:
        version = pin.resolved if pin is not None else self._registry.choose(address.location, constraint).text
        origin = f"registry {address.location} {version}"
        known = self._store.known(origin)
        if known is None:
            location = self._registry.location(address.location, version)
            came = self._from_address(parse_address(location), "", own=False, name=origin)
            known = came.checksum, came.directory
            self._store.remember(origin, *known)
        return Pin(address.package, version, known[0], constraint, known[1])

    def _from_address(self, address: ModuleAddress, resolved: str, own: bool, name: str = "", hops: int = 0) -> Pin:
        """Fetch from an address. `name` is set if something else led to it: then its directory counts, too, and what
        is downloaded goes by that name."""
        if hops > MOST_HOPS:
            raise FetchError(f"{address.package} leads from one address to the next without end")
        if address.kind == "git":
            return self._from_git(address, resolved, own, address.subdir if name else "")
        if address.kind == "http":
            return self._from_http(address, resolved, name, hops)
        if address.kind in ("s3", "gcs"):
            return self._from_bucket(address, address.subdir if name else "")
        raise FetchError(f"{address.package} is of no kind that is fetched: map it with modules: in the configuration")

    def _from_git(self, address: ModuleAddress, resolved: str, own: bool, directory: str) -> Pin:
        if address.option("sshkey"):
            raise FetchError(
                f"{address.package} brings a key of its own (sshkey), which is refused: use your ssh agent"
            )
        where = git.repository(address.location, own)
        ref = address.option("ref")
        commit = resolved if git.is_commit(resolved) else git.commit_of(where, ref)
        known = self._store.known(f"git {where.shown} {commit}") if commit else None
        if known is None:
            commit, checksum = git.take(where, ref, commit, self._store.new, self._scratch)
            known = checksum, ""
            self._store.remember(f"git {where.shown} {commit}", *known)
        return Pin(address.package, commit, known[0], directory=directory)

    def _from_http(self, address: ModuleAddress, resolved: str, name: str, hops: int) -> Pin:
        kind = archive_kind(urlsplit(address.location).path, address.option("archive"))
        if not kind:
            return self._from_page(address, resolved, name, hops)
        archive = self._downloads.download(_with_query(address), name or address.package)
        try:
            check(archive, address.option("checksum"))
            digest = digest_of(archive)
            with self._store.new() as package:
                unpack(archive, kind, package)
                directory = _directory(address.subdir, package) if name else ""
                return Pin(address.package, f"sha256:{digest}", package.finish(), directory=directory)
        except FetchError as error:
            raise FetchError(f"{shown(address.location)}: {error}") from error
        finally:
            archive.unlink(missing_ok=True)

    def _from_page(self, address: ModuleAddress, resolved: str, name: str, hops: int) -> Pin:
        """A URL that is no archive says where the module is."""
        answer = self._web.get(_with_query(address, "terraform-get=1"))
        if answer.status not in (200, 204):
            raise FetchError(refusal(address.location, answer.status))
        location = answer.headers.get("X-Terraform-Get", "")
        if not location and (found := _META.search(answer.body)):
            location = found[1].decode(errors="replace")
        if not location:
            raise FetchError(f"{address.package} is no archive and does not say where the module is")
        if location.startswith(("/", "./", "../")):
            location = urljoin(answer.url, location)
        came = self._from_address(parse_address(location), resolved, False, name or address.package, hops + 1)
        return Pin(address.package, came.resolved, came.checksum, directory=came.directory)

    def _from_bucket(self, address: ModuleAddress, directory: str) -> Pin:
        kind = archive_kind(urlsplit(address.location).path, address.option("archive"))
        with tempfile.TemporaryDirectory(prefix="bucket-", dir=self._scratch) as scratch, self._store.new() as package:
            to = Path(scratch) / "object"
            if kind:
                buckets.copy(address, to, whole=False)
                unpack(to, kind, package)
                resolved = f"sha256:{digest_of(to)}"
            else:
                to.mkdir()
                buckets.copy(address, to, whole=True)
                for file in sorted(path for path in to.rglob("*") if path.is_file() and not path.is_symlink()):
                    with file.open("rb") as content:
                        package.add(file.relative_to(to).as_posix(), content)
                resolved = ""
            checksum = package.finish()
            return Pin(address.package, resolved or checksum, checksum, directory=directory)


def _directory(subdir: str, package: Incoming) -> str:
    """The directory of a package its modules are counted from; `*` is the only one there is."""
    if subdir != "*":
        return subdir
    found = package.directories()
    if len(found) != 1:
        raise FetchError(f"it holds {len(found)} directories where one is expected (//*)")
    return found.pop()


def _with_query(address: ModuleAddress, *more: str) -> str:
    """The URL with the parameters that are meant for the server."""
    query = [f"{key}={value}" for key, value in address.query if key not in ("archive", "checksum")]
    return address.location + ("?" + "&".join((*query, *more)) if query or more else "")
