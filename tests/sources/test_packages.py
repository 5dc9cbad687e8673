"""Packages in the cache: what is read is what was fetched, or it is not read."""

import sys
from hashlib import sha256
from pathlib import Path

import pytest

from costlint.sources import PackageSource, SourceError, cache_directory
from costlint.sources.packages import checksum_of, manifest_of, package_directory

FILES = {"main.tf": b"a = 1\n", "sub/deep/b.tf": b"b", "sub/c.tf": b"c"}


def stored(cache: Path) -> str:
    manifest = manifest_of({path: sha256(data).hexdigest() for path, data in FILES.items()})
    checksum = checksum_of(manifest)
    directory = package_directory(cache, checksum)
    for path, data in FILES.items():
        (directory / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / "tree" / path).write_bytes(data)
    (directory / "manifest").write_bytes(manifest)
    return checksum


def test_the_checksum_is_the_directory_hash_of_go() -> None:
    # Computed with golang.org/x/mod/sumdb/dirhash's definition: sha256 over "hex  name\n" lines, base64.
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert manifest_of({"b": empty, "a": empty}) == f"{empty}  a\n{empty}  b\n".encode()
    assert checksum_of(b"") == "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_package_is_read_like_any_tree(tmp_path: Path) -> None:
    package = PackageSource(tmp_path, stored(tmp_path), "acme/vpc/aws@1.2.0")
    assert package.files() == ["main.tf", "sub/c.tf", "sub/deep/b.tf"]
    assert package.files("sub") == ["sub/c.tf", "sub/deep/b.tf"]
    assert (package.names(""), package.names("sub"), package.names("nope")) == (["main.tf"], ["c.tf"], [])
    assert (package.read("sub/c.tf"), package.read("main.tf", 3)) == (b"c", b"a =")
    assert (package.is_dir("sub/deep"), package.is_dir("main.tf"), package.is_file("main.tf")) == (True, False, True)
    assert package.shown("sub/c.tf") == "acme/vpc/aws@1.2.0/sub/c.tf"


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    checksum = stored(tmp_path)
    (package_directory(tmp_path, checksum) / "tree/main.tf").write_text("a = 2\n")
    with pytest.raises(SourceError, match=r"^vpc/main\.tf was changed in the cache"):
        PackageSource(tmp_path, checksum, "vpc").read("main.tf")


def test_a_file_that_was_added_is_not_there(tmp_path: Path) -> None:
    checksum = stored(tmp_path)
    (package_directory(tmp_path, checksum) / "tree/evil.tf").write_text("")
    package = PackageSource(tmp_path, checksum, "vpc")
    assert not package.is_file("evil.tf")
    with pytest.raises(SourceError, match="no such file"):
        package.read("evil.tf")


def test_a_file_that_is_gone_is_missed(tmp_path: Path) -> None:
    checksum = stored(tmp_path)
    (package_directory(tmp_path, checksum) / "tree/main.tf").unlink()
    with pytest.raises(SourceError, match="missing in the cache"):
        PackageSource(tmp_path, checksum, "vpc").read("main.tf")


def test_a_changed_manifest_is_refused(tmp_path: Path) -> None:
    checksum = stored(tmp_path)
    (package_directory(tmp_path, checksum) / "manifest").write_text("0  main.tf\n")
    with pytest.raises(SourceError, match="was changed after it was fetched"):
        PackageSource(tmp_path, checksum, "vpc")


@pytest.mark.parametrize(
    "checksum", ["", "h1:", "h1:abcd", "md5:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "h1:../x"]
)
def test_what_is_no_checksum_names_no_place(tmp_path: Path, checksum: str) -> None:
    with pytest.raises(SourceError, match="is no checksum"):
        PackageSource(tmp_path, checksum, "vpc")


def test_a_package_that_was_never_fetched_is_not_in_the_cache(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="vpc is not in the cache"):
        PackageSource(tmp_path, checksum_of(b""), "vpc")


def test_the_cache_is_where_the_environment_says(tmp_path: Path) -> None:
    assert cache_directory({"COSTLINT_CACHE_DIR": str(tmp_path), "XDG_CACHE_HOME": "/x"}) == tmp_path


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG is for other systems")
def test_without_a_choice_the_cache_follows_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/people/a")
    assert cache_directory({"XDG_CACHE_HOME": "/var/cache"}) == Path("/var/cache/costlint")
    assert cache_directory({"XDG_CACHE_HOME": "relative"}) == Path("/people/a/.cache/costlint")
