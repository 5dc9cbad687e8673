"""Packed subcharts (`charts/redis-18.1.0.tgz`): their names and their values, read without unpacking them."""

from __future__ import annotations

import io
import posixpath
import tarfile
import zlib

from costlint.readers.helm.charts import CHART, ChartMistake, declared
from costlint.readers.helm.layers import Layer, layer
from costlint.readers.helm.limits import LARGEST_CHART, LARGEST_MEMBER
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import SourceError

_MOST_MEMBERS = 20_000


def packed_layers(data: bytes, shown: str) -> tuple[str, list[Layer]]:
    """The name of a packed chart, and the values of it and of the charts unpacked inside it; the innermost come last.
    Raises SourceError if it is no chart, or larger than one may be."""
    texts = _texts(data, shown)
    top = min((path for path in texts if posixpath.basename(path) == CHART), key=len, default="")
    if not top:
        raise SourceError(f"{shown} is no packed chart")
    root = posixpath.dirname(top)
    try:
        name = declared(texts[top], root, shown).name
        found = []
        for path, text in sorted(texts.items(), key=lambda each: each[0].count("/")):
            keys = _keys(posixpath.dirname(path), root)
            if posixpath.basename(path) == "values.yaml" and keys is not None:
                found.append(layer(text, path, shown, keys, packed=True))
    except (ChartMistake, YamlMistake) as mistake:
        raise SourceError(f"{shown} is no chart that can be read: {mistake}") from None
    return name, found


def _keys(directory: str, root: str) -> tuple[str, ...] | None:
    """Where the values of a chart in a packed one stand: its `charts/redis` gives `redis`."""
    inside = directory[len(root) :].strip("/").split("/") if directory != root else []
    return tuple(inside[1::2]) if all(step == "charts" for step in inside[::2]) and len(inside) % 2 == 0 else None


def _texts(data: bytes, shown: str) -> dict[str, bytes]:
    """The Chart.yaml and values.yaml files of an archive, read in one pass and within limits."""
    found: dict[str, bytes] = {}
    try:
        unpacked = _unpacked(data, shown)
        with tarfile.open(fileobj=io.BytesIO(unpacked), mode="r:") as archive:
            for count, entry in enumerate(archive):
                if count > _MOST_MEMBERS:
                    raise SourceError(f"{shown} holds more than {_MOST_MEMBERS:,} files and is not read")
                name = posixpath.normpath(entry.name)
                if entry.isfile() and posixpath.basename(name) in (CHART, "values.yaml"):
                    file = archive.extractfile(entry)
                    found[name] = file.read(LARGEST_MEMBER) if file is not None else b""
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError):
        raise SourceError(f"{shown} is no archive that can be read") from None
    return found


def _unpacked(data: bytes, shown: str) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    unpacked = stream.decompress(data, LARGEST_CHART + 1)
    if len(unpacked) > LARGEST_CHART:
        raise SourceError(f"{shown} unpacks to more than {LARGEST_CHART // 1024**2} MB and is not read")
    return unpacked
