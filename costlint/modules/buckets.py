"""Modules in S3 and Google Cloud Storage, through the command line client the user already has for them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from costlint.network.errors import FetchError
from costlint.readers.terraform.sourcing.addresses import ModuleAddress

_S3_PATH = re.compile(r"s3(?:[.-](?:dualstack\.)?(?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?")
_S3_HOST = re.compile(r"(?P<bucket>[\w.-]+?)\.(?P<rest>s3[.-].*)")


class BucketObject(NamedTuple):
    """An object, or a prefix with many; `region` is "" if the address does not say it."""

    bucket: str
    key: str
    region: str = ""


def object_of(address: ModuleAddress) -> BucketObject:
    """The object an s3 or gcs address names. Raises FetchError."""
    parts = urlsplit(address.location)
    host, path = parts.hostname or "", unquote(parts.path).lstrip("/")
    if address.kind == "gcs":
        bucket, _, key = path.removeprefix("storage/v1/").partition("/")
        if host == "www.googleapis.com" and path.startswith("storage/v1/") and bucket and key:
            return BucketObject(bucket, key)
    elif found := _S3_PATH.fullmatch(host):
        bucket, _, key = path.partition("/")
        if bucket and key:
            return BucketObject(bucket, key, found["region"] or "")
    elif (found := _S3_HOST.fullmatch(host)) and (rest := _S3_PATH.fullmatch(found["rest"])) and path:
        return BucketObject(found["bucket"], path, rest["region"] or "")
    raise FetchError(f"{address.package} names no bucket and object costlint understands: map it with modules:")


def copy(address: ModuleAddress, to: Path, whole: bool) -> None:
    """Copy an object to a file, or (`whole`) everything below a prefix into a directory. Raises FetchError."""
    found = object_of(address)
    command = _s3(found, to, whole) if address.kind == "s3" else _gcs(found, to, whole)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise FetchError(f"{command[0]} could not be run: {error.strerror}") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise FetchError(f"{command[0]} could not copy {address.package}: {lines[-1] if lines else 'no reason given'}")


def _s3(found: BucketObject, to: Path, whole: bool) -> list[str]:
    client = _client("aws", "S3", "aws")
    region = ["--region", found.region] if found.region else []
    every = ["--recursive"] if whole else []
    return [client, "s3", "cp", "--only-show-errors", *region, *every, f"s3://{found.bucket}/{found.key}", str(to)]


def _gcs(found: BucketObject, to: Path, whole: bool) -> list[str]:
    client = _client("gcloud or gsutil", "Google Cloud Storage", "gcloud", "gsutil")
    place = f"gs://{found.bucket}/{found.key}"
    every = ["-r"] if whole else []
    command = [client, "storage", "cp"] if Path(client).stem == "gcloud" else [client, "-q", "cp"]
    return [*command, *every, f"{place}/*" if whole else place, str(to)]


def _client(named: str, service: str, *programs: str) -> str:
    for program in programs:
        found = shutil.which(program)
        if found is not None:
            return found
    raise FetchError(f"modules in {service} are fetched with {named}, which is not installed: map the module instead")
