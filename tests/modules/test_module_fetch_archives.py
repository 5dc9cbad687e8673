"""Fetching archives over HTTP: interruptions, checksums, and archives that mean harm."""

from __future__ import annotations

import hashlib
import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from loopback import LoopbackServer, Reply, Request, tarred, zipped
from module_fetching import failures, fetched, pins, types
from module_servers import DISK, FILES, call

from costlint.network import limits as bounds
from costlint.readers.terraform.sourcing.lock import LOCK_NAME


@pytest.mark.parametrize(
    ("path", "query", "archive"),
    [
        ("/a.zip", "", zipped(FILES)),
        ("/a.tar.gz", "", tarred(FILES)),
        ("/a.tgz", "", tarred(FILES)),
        ("/a.tar.xz", "", tarred(FILES, compression="xz")),
        ("/a.tar.bz2", "", tarred(FILES, compression="bz2")),
        ("/download", "?archive=zip", zipped(FILES)),
        ("/download", "?archive=tar.gz&version=1", tarred(FILES)),
        ("/dotted.tar.gz", "", tarred({f"./{path}": text for path, text in FILES.items()})),
    ],
)
def test_every_kind_of_archive_is_unpacked(
    machine: Path, server: LoopbackServer, path: str, query: str, archive: bytes
) -> None:
    server.routes[path] = Reply(body=archive)
    call(machine, f"{server.url}{path}{query}", f"{server.url}{path}//sub{query}")
    assert failures(fetched()) == []
    assert types() == {"module.m0.aws_ebs_volume.d": "gp2", "module.m1.aws_ebs_volume.d": "gp3"}
    (pin,) = pins()
    assert pin["resolved"] == f"sha256:{hashlib.sha256(archive).hexdigest()}"
    assert not list((machine.parent / "cache/partial").iterdir())


def test_parameters_for_the_server_reach_it_and_the_others_do_not(machine: Path, server: LoopbackServer) -> None:
    archive = zipped(FILES)
    server.routes["/get"] = Reply(body=archive)
    digest = hashlib.sha256(archive).hexdigest()
    call(machine, f"{server.url}/get?archive=zip&key=a%2Fb&checksum=sha256:{digest}")
    assert failures(fetched()) == []
    assert server.requests[0].path == "/get?key=a%2Fb"


def test_a_page_may_say_where_the_module_is(machine: Path, server: LoopbackServer) -> None:
    server.routes["/module"] = Reply(200, {"X-Terraform-Get": f"{server.url}/a.zip//sub"})
    server.routes["/page"] = Reply(body=f'<html><meta name="terraform-get" content="{server.url}/a.zip" />'.encode())
    server.routes["/a.zip"] = Reply(body=zipped(FILES))
    call(machine, f"{server.url}/module", f"{server.url}/page//sub")
    assert failures(fetched()) == []
    assert types() == {"module.m0.aws_ebs_volume.d": "gp3", "module.m1.aws_ebs_volume.d": "gp3"}
    assert server.requests[0].path == "/module?terraform-get=1"


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("file:///etc/passwd", "file:///etc/passwd is of no kind that is fetched"),
        ("/etc/passwd", "/etc/passwd is not there (HTTP 404)"),
        ("git::file:///srv/x.git", "is refused: git modules are fetched over https and ssh, not over file"),
        ("{url}/module", "leads from one address to the next without end"),
        ("", "/module is no archive and does not say where the module is"),
    ],
)
def test_a_page_cannot_lead_to_this_machine_or_in_circles(
    machine: Path, server: LoopbackServer, location: str, why: str
) -> None:
    server.routes["/module"] = Reply(200, {"X-Terraform-Get": location.format(url=server.url)} if location else {})
    call(machine, f"{server.url}/module")
    (failure,) = failures(fetched())
    assert why in failure


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a.zip", "data:,x", "gopher://x"])
def test_a_redirection_to_anything_but_http_is_refused(machine: Path, server: LoopbackServer, target: str) -> None:
    server.routes["/a.zip"] = Reply(302, {"Location": target})
    call(machine, f"{server.url}/a.zip")
    assert failures(fetched()) == [f"{server.url}/a.zip redirects to {target.partition(':')[0]}://, which is refused"]


def ranged(archive: bytes, cuts: list[int | None], tag: str = '"one"') -> object:
    """A server that knows ranges and closes the connection after each of `cuts` bytes."""

    def answer(request: Request) -> Reply:
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        cut = cuts.pop(0) if cuts else None
        if start and request.headers.get("If-Range") == tag:
            rest = {"ETag": tag, "Content-Range": f"bytes {start}-{len(archive) - 1}/{len(archive)}"}
            return Reply(206, rest, archive[start:], cut)
        return Reply(200, {"ETag": tag}, archive, cut)

    return answer


def test_an_interrupted_download_is_gone_on_from_where_it_stopped(machine: Path, server: LoopbackServer) -> None:
    archive = zipped({**FILES, "big.bin": "".join(map(chr, range(33, 3000)))})
    server.routes["/a.zip"] = ranged(archive, [1000, 500, 700])  # type: ignore[assignment]
    call(machine, f"{server.url}/a.zip")
    (failure,) = failures(fetched())
    assert failure.startswith(f"{server.url}/a.zip stopped after ")
    assert failure.endswith("MB; run again to go on from there")
    assert failures(fetched()) == []
    assert types() == {"module.m0.aws_ebs_volume.d": "gp2"}
    assert [request.headers.get("Range") for request in server.requests] == [
        None,
        "bytes=1000-",
        "bytes=1500-",
        "bytes=2200-",
    ]
    assert not list((machine.parent / "cache/partial").iterdir())


def test_a_file_that_changed_in_between_is_started_over(machine: Path, server: LoopbackServer) -> None:
    old, new = zipped({"main.tf": DISK % "old" * 50}), zipped(FILES)
    server.routes["/a.zip"] = ranged(old, [100, 0, 0])  # type: ignore[assignment]
    call(machine, f"{server.url}/a.zip")
    assert len(failures(fetched())) == 1
    server.routes["/a.zip"] = ranged(new, [], '"two"')  # type: ignore[assignment]
    assert failures(fetched()) == []
    assert types() == {"module.m0.aws_ebs_volume.d": "gp2"}


def test_a_server_without_ranges_is_asked_for_everything_again(machine: Path, server: LoopbackServer) -> None:
    archive = zipped(FILES)
    cuts: list[int | None] = [50, 60, None]
    server.routes["/a.zip"] = lambda _: Reply(200, {}, archive, cuts.pop(0))
    call(machine, f"{server.url}/a.zip")
    assert failures(fetched()) == []
    assert [request.headers.get("Range") for request in server.requests] == [None, None, None]


@pytest.mark.parametrize("kind", ["sha256", "md5", "sha512", ""])
def test_a_checksum_that_is_given_is_checked(machine: Path, server: LoopbackServer, kind: str) -> None:
    archive = zipped(FILES)
    digest = hashlib.new(kind or "sha1", archive).hexdigest()
    server.routes["/a.zip"] = Reply(body=archive)
    wrong = ("0" if digest[0] != "0" else "1") + digest[1:]
    prefix = f"{kind}:" if kind else ""
    call(machine, f"{server.url}/a.zip?checksum={prefix}{digest}", f"{server.url}/a.zip?checksum={prefix}{wrong}")
    (failure,) = failures(fetched())
    assert "the download is not what its checksum says" in failure
    assert [pin["source"].rpartition(":")[2].rpartition("=")[2] for pin in pins()] == [digest]


def test_a_checksum_of_another_kind_is_not_passed_over(machine: Path, server: LoopbackServer) -> None:
    server.routes["/a.zip"] = Reply(body=zipped(FILES))
    call(machine, f"{server.url}/a.zip?checksum=file:{server.url}/sums")
    assert "is of no kind that can be checked" in failures(fetched())[0]


def with_entry(kind: str, **fields: object) -> bytes:
    """A tar archive with a main.tf and one entry that has the given fields."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        good = tarfile.TarInfo("main.tf")
        good.size = 0
        archive.addfile(good, io.BytesIO())
        entry = tarfile.TarInfo("entry")
        entry.type = getattr(tarfile, kind)
        for name, value in fields.items():
            setattr(entry, name, value)
        archive.addfile(entry, io.BytesIO(b"x" * entry.size))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "archive", "why"),
    [
        ("a.zip", zipped({"../../evil.tf": "x"}), "it holds a path that leads out of it (../../evil.tf)"),
        ("a.zip", zipped({"/evil.tf": "x"}), "it holds a path that leads out of it (/evil.tf)"),
        ("a.zip", zipped({"a\\..\\..\\evil.tf": "x"}), "it holds a path that leads out of it (a/../../evil.tf)"),
        ("a.zip", zipped({"C:/evil.tf": "x"}), "it holds a path that leads out of it (C:/evil.tf)"),
        ("a.tgz", tarred({"../evil.tf": "x"}), "it holds a path that leads out of it (../evil.tf)"),
        ("a.tgz", tarred({"a/b/../../../evil.tf": "x"}), "it holds a path that leads out of it (a/b/../../../evil.tf)"),
        ("a.tgz", tarred({"a": "x", "a/b": "y"}), "two of its files take the same place (a/b)"),
        ("a.zip", zipped({}), "it holds no files"),
        ("a.zip", b"no archive", "the archive is damaged, or is none"),
        ("a.zip", zipped(FILES)[:-30], "the archive is damaged, or is none"),
        ("a.tgz", tarred(FILES)[:-30], "the archive is damaged, or is none"),
        ("a.tar.gz", b"", "the archive is damaged, or is none"),
    ],
)
def test_an_archive_that_means_harm_or_is_damaged_leaves_nothing(
    machine: Path, server: LoopbackServer, name: str, archive: bytes, why: str
) -> None:
    server.routes[f"/{name}"] = Reply(body=archive)
    call(machine, f"{server.url}/{name}")
    (failure,) = failures(fetched())
    assert failure.startswith(f"{server.url}/{name}: ")
    assert why in failure
    left = [path for path in machine.parent.rglob("*") if path.is_file() and path.name != "main.tf"]
    assert left == []


def test_the_same_path_twice_is_refused(machine: Path, server: LoopbackServer) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.tf", "a = 1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("main.tf", "a = 2")
    server.routes["/a.zip"] = Reply(body=buffer.getvalue())
    call(machine, f"{server.url}/a.zip")
    assert failures(fetched())[0].endswith("two of its files take the same place (main.tf)")


@pytest.mark.parametrize("name", ["a.zip", "a.tgz"])
def test_links_that_lead_out_are_left_out_and_others_become_copies(
    machine: Path, server: LoopbackServer, name: str
) -> None:
    links = {"out": "../../../../etc", "etc": "/etc", "alias": "sub", "deep/again": "../alias", "file.tf": "main.tf"}
    make = zipped if name.endswith("zip") else tarred
    server.routes[f"/{name}"] = Reply(body=make(FILES, links))
    call(machine, f"{server.url}/{name}//deep/again")
    assert failures(fetched()) == []
    assert types() == {"module.m0.aws_ebs_volume.d": "gp3"}
    cached = [
        path for path in (machine.parent / "cache").rglob("*") if path.name in ("out", "etc") or path.is_symlink()
    ]
    assert cached == []


def test_writing_through_a_link_does_not_leave_the_package(machine: Path, server: LoopbackServer) -> None:
    archive = tarred({}, {"door": str(machine.parent / "home")})
    buffer = io.BytesIO(archive)
    with tarfile.open(fileobj=buffer) as given:
        link = given.getmembers()[0]
    joined = io.BytesIO()
    with tarfile.open(fileobj=joined, mode="w:gz") as both:
        both.addfile(link)
        entry = tarfile.TarInfo("door/evil.tf")
        entry.size = 1
        both.addfile(entry, io.BytesIO(b"x"))
    server.routes["/a.tgz"] = Reply(body=joined.getvalue())
    call(machine, f"{server.url}/a.tgz")
    fetched()
    assert not (machine.parent / "home/evil.tf").exists()


@pytest.mark.parametrize(
    "archive",
    [
        with_entry("CHRTYPE"),
        with_entry("FIFOTYPE"),
        with_entry("LNKTYPE", linkname="/etc/passwd"),
        with_entry("LNKTYPE", linkname="../../etc/passwd"),
        with_entry("REGTYPE", mode=stat.S_ISUID | 0o777, name=".git/hooks/post-checkout"),
    ],
)
def test_devices_links_out_and_git_data_are_left_out(machine: Path, server: LoopbackServer, archive: bytes) -> None:
    server.routes["/a.tgz"] = Reply(body=archive)
    call(machine, f"{server.url}/a.tgz")
    assert failures(fetched()) == []
    tree = next((machine.parent / "cache").rglob("tree"))
    assert [path.name for path in tree.rglob("*")] == ["main.tf"]


def test_hard_links_become_copies(machine: Path, server: LoopbackServer) -> None:
    server.routes["/a.tgz"] = Reply(body=with_entry("LNKTYPE", name="sub/copy.tf", linkname="main.tf"))
    call(machine, f"{server.url}/a.tgz//sub")
    assert failures(fetched()) == []


@pytest.mark.parametrize("name", ["a.zip", "a.tgz"])
@pytest.mark.parametrize(
    ("limit", "value", "why"),
    [
        ("store.LARGEST_PACKAGE", 1 << 20, "it holds more than 1 MB"),
        ("store.MOST_FILES", 3, "it holds more than 3 files"),
        ("downloads.LARGEST_DOWNLOAD", 1024, "is larger than 0 MB"),
    ],
)
def test_an_archive_that_grows_too_large_is_stopped(
    machine: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, name: str, limit: str, value: int, why: str
) -> None:
    monkeypatch.setattr(f"costlint.network.{limit}", value)
    files = {f"{number}.tf": "0" * 500_000 for number in range(5)}
    server.routes[f"/{name}"] = Reply(body=(zipped if name.endswith("zip") else tarred)(files))
    call(machine, f"{server.url}/{name}")
    assert why in failures(fetched())[0]
    assert not list((machine.parent / "cache/modules").glob(".incoming-*")) if limit.startswith("store") else True


def test_the_limits_are_far_beyond_real_modules() -> None:
    assert min(bounds.LARGEST_DOWNLOAD, bounds.LARGEST_PACKAGE) >= 256 << 20
    assert bounds.MOST_FILES >= 10_000


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, "asks for credentials (HTTP 401): ~/.netrc is where they are looked for"),
        (403, "asks for credentials (HTTP 403): ~/.netrc is where they are looked for"),
        (404, "is not there (HTTP 404)"),
        (503, "answers with HTTP 503"),
    ],
)
def test_an_answer_that_is_no_file_is_a_sentence(machine: Path, server: LoopbackServer, status: int, why: str) -> None:
    server.routes["/a.zip"] = Reply(status)
    call(machine, f"{server.url}/a.zip?token=s3cret")
    assert failures(fetched()) == [f"{server.url}/a.zip {why}"]


def test_a_password_in_the_address_is_sent_and_not_shown(machine: Path, server: LoopbackServer) -> None:
    server.routes["/a.zip"] = lambda request: (
        Reply(body=zipped(FILES)) if request.headers.get("Authorization") == "Basic bWU6czNjcmV0" else Reply(401)
    )
    call(machine, f"http://me:s3cret@{server.host}/a.zip")
    assert failures(fetched()) == []
    assert "s3cret" not in Path(LOCK_NAME).read_text()


def test_a_proxy_of_the_environment_is_used(
    machine: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    server.routes["http://modules.example.com/a.zip"] = Reply(body=zipped(FILES))
    call(machine, "http://modules.example.com/a.zip")
    assert failures(fetched()) == []
    assert server.requests[0].path == "http://modules.example.com/a.zip"


def test_kinds_of_archive_that_cannot_be_unpacked_are_said(machine: Path, server: LoopbackServer) -> None:
    call(machine, f"{server.url}/a?archive=rar")
    assert "archives of kind rar cannot be unpacked" in failures(fetched())[0]
