"""Fetching archives from buckets, with the client of the cloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback import zipped
from module_fetching import failures, fetched, types
from module_servers import DISK, FILES, call

CLIENT = '#!/bin/sh\necho "$@" >> "{log}"\nfor last; do :; done\n{act}\n'


@pytest.mark.parametrize(
    ("source", "program", "arguments"),
    [
        (
            "s3::https://s3-eu-west-1.amazonaws.com/mods/a/net.zip",
            "aws",
            "s3 cp --only-show-errors --region eu-west-1 s3://mods/a/net.zip",
        ),
        ("s3::https://mods.s3.us-east-2.amazonaws.com/net.zip", "aws", "--region us-east-2 s3://mods/net.zip"),
        ("mods.s3.amazonaws.com/net.zip", "aws", "s3 cp --only-show-errors s3://mods/net.zip"),
        ("gcs::https://www.googleapis.com/storage/v1/mods/a/net.zip", "gcloud", "storage cp gs://mods/a/net.zip"),
        ("www.googleapis.com/storage/v1/mods/net.zip", "gsutil", "-q cp gs://mods/net.zip"),
    ],
)
def test_buckets_are_read_with_the_client_that_is_there(
    machine: Path, monkeypatch: pytest.MonkeyPatch, source: str, program: str, arguments: str
) -> None:
    (machine.parent / "net.zip").write_bytes(zipped(FILES))
    log = machine.parent / "log"
    place = machine.parent / "bin"
    place.mkdir()
    (place / program).write_text(CLIENT.format(log=log, act=f'/bin/cp "{machine.parent}/net.zip" "$last"'))
    (place / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(place))
    call(machine, f"{source}//sub")
    assert failures(fetched()) == []
    assert types() == {"module.m0.aws_ebs_volume.d": "gp3"}
    assert arguments in log.read_text()


def test_a_prefix_of_a_bucket_is_copied_whole(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine.parent / "bin").mkdir()
    client = machine.parent / "bin/aws"
    client.write_text(CLIENT.format(log=machine.parent / "log", act=f"echo '{DISK % 'gp2'}' > \"$last/main.tf\""))
    client.chmod(0o755)
    monkeypatch.setenv("PATH", str(client.parent))
    call(machine, "s3::https://s3.amazonaws.com/mods/net")
    assert failures(fetched()) == []
    assert "--recursive s3://mods/net" in (machine.parent / "log").read_text()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("s3::https://s3.amazonaws.com/b/a.zip", "modules in S3 are fetched with aws, which is not installed: map the"),
        (
            "gcs::https://www.googleapis.com/storage/v1/b/a.zip",
            "with gcloud or gsutil, which is not installed: map the",
        ),
        (
            "s3::https://minio.example.com/b/a.zip",
            "names no bucket and object costlint understands: map it with modules:",
        ),
    ],
)
def test_without_a_client_the_sentence_names_the_mapping(
    machine: Path, monkeypatch: pytest.MonkeyPatch, source: str, why: str
) -> None:
    monkeypatch.setenv("PATH", str(machine))
    call(machine, source)
    assert why in failures(fetched())[0]


def test_what_the_client_says_is_wrong_is_passed_on(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine.parent / "bin").mkdir()
    client = machine.parent / "bin/aws"
    client.write_text("#!/bin/sh\necho 'fatal error: Unable to locate credentials' >&2\nexit 1\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", str(client.parent))
    call(machine, "s3::https://s3.amazonaws.com/mods/a.zip")
    assert failures(fetched())[0].endswith("fatal error: Unable to locate credentials")
