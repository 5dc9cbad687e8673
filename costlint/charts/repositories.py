"""Chart repositories over HTTP: an index of all charts, and an archive for each version.

https://helm.sh/docs/topics/chart_repository/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import yaml

from costlint.charts.logins import Logins
from costlint.network.downloads import Downloads, basic
from costlint.network.errors import FetchError
from costlint.network.web import shown
from costlint.readers.helm.constraints import ConstraintError, newest

_LARGEST_INDEX = 64 << 20


class Found(NamedTuple):
    """A version of a chart: where its archive is, what to send along, and its SHA-256 if the repository states it."""

    version: str
    url: str
    headers: Mapping[str, str]
    digest: str = ""


class Repositories:
    """Reads each index once."""

    def __init__(self, downloads: Downloads, logins: Logins) -> None:
        self._downloads = downloads
        self._logins = logins
        self._indexes: dict[str, dict[str, list[dict[str, object]]]] = {}

    def find(self, repository: str, chart: str, constraint: str) -> Found:
        """The newest version of a chart that fits. Raises FetchError."""
        url = _plain(repository).rstrip("/")
        headers = self._headers(repository)
        entries = self._index(url, headers).get(chart)
        if not entries:
            raise FetchError(f"{shown(url)} has no chart {chart}")
        by_version = {str(one.get("version")): one for one in entries}
        version = chosen(by_version, constraint, chart)
        entry = by_version[version]
        urls = entry.get("urls")
        if not isinstance(urls, list) or not urls or not isinstance(urls[0], str):
            raise FetchError(f"the index of {shown(url)} does not say where {chart} {version} is")
        place = urljoin(f"{url}/", urls[0])
        same = urlsplit(place).netloc == urlsplit(url).netloc and urlsplit(place).scheme == urlsplit(url).scheme
        digest = str(entry.get("digest") or "").removeprefix("sha256:")
        return Found(version, place, headers if same else {}, digest)

    def _headers(self, repository: str) -> dict[str, str]:
        login = self._logins.repository(repository)
        return basic(*login) if login is not None else {}

    def _index(self, url: str, headers: Mapping[str, str]) -> dict[str, list[dict[str, object]]]:
        if url not in self._indexes:
            file = self._downloads.download(f"{url}/index.yaml", f"{url}/index.yaml", headers)
            try:
                if file.stat().st_size > _LARGEST_INDEX:
                    raise FetchError(f"the index of {shown(url)} is larger than {_LARGEST_INDEX >> 20} MB")
                loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
                value = yaml.load(file.read_bytes(), loader)
            except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
                raise FetchError(f"{shown(url)}/index.yaml is no index of charts") from error
            finally:
                file.unlink(missing_ok=True)
            entries = value.get("entries") if isinstance(value, dict) else None
            if not isinstance(entries, dict):
                raise FetchError(f"{shown(url)}/index.yaml is no index of charts")
            self._indexes[url] = {
                str(name): [one for one in listed if isinstance(one, dict)]
                for name, listed in entries.items()
                if isinstance(listed, list)
            }
        return self._indexes[url]


def chosen(versions: Mapping[str, object] | list[str], constraint: str, chart: str) -> str:
    """The version a constraint chooses. Raises FetchError with what there is."""
    try:
        found = newest(versions, constraint)
        if found is None:
            latest = newest(versions, "") or newest(versions, ">=0.0.0-0")
            has = f"; the newest is {latest}" if latest else ""
            raise FetchError(f"{chart} has no version that fits {constraint or 'any release'}{has}")
        return found
    except ConstraintError as error:
        raise FetchError(f"{chart}: {error}") from error


def _plain(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
