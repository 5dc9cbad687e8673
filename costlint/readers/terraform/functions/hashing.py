"""Hashes and identifiers: md5, sha1, sha256, sha512, uuidv5; bcrypt, uuid and rsadecrypt cannot be known."""

from __future__ import annotations

import base64
from collections.abc import Callable

from costlint.model import UNKNOWN
from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.types.kinds import NUMBER, STRING

_STR = Parameter("str", STRING)

Digest = Callable[[bytes], bytes]


def md5_digest(data: bytes) -> bytes:
    return _digest("md5", data)


def sha1_digest(data: bytes) -> bytes:
    return _digest("sha1", data)


def sha256_digest(data: bytes) -> bytes:
    return _digest("sha256", data)


def sha512_digest(data: bytes) -> bytes:
    return _digest("sha512", data)


DIGESTS: dict[str, Digest] = {
    "md5": md5_digest,
    "sha1": sha1_digest,
    "sha256": sha256_digest,
    "sha512": sha512_digest,
}


@function(_STR)
def md5(text: str) -> str:
    return md5_digest(text.encode()).hex()


@function(_STR)
def sha1(text: str) -> str:
    return sha1_digest(text.encode()).hex()


@function(_STR)
def sha256(text: str) -> str:
    return sha256_digest(text.encode()).hex()


@function(_STR)
def sha512(text: str) -> str:
    return sha512_digest(text.encode()).hex()


@function(_STR)
def base64sha256(text: str) -> str:
    return base64.b64encode(sha256_digest(text.encode())).decode()


@function(_STR)
def base64sha512(text: str) -> str:
    return base64.b64encode(sha512_digest(text.encode())).decode()


@function(Parameter("namespace", STRING), Parameter("name", STRING))
def uuidv5(namespace: str, name: str) -> str:
    import uuid as uuids

    known = {"dns": uuids.NAMESPACE_DNS, "url": uuids.NAMESPACE_URL, "oid": uuids.NAMESPACE_OID}
    known["x500"] = uuids.NAMESPACE_X500
    space = known.get(namespace)
    if space is None:
        try:
            space = uuids.UUID(namespace)
        except ValueError:
            raise CallError(f'uuidv5() doesn\'t support namespace "{namespace}"') from None
    return str(uuids.uuid5(space, name))


@function()
def uuid() -> object:
    return UNKNOWN


@function(_STR, rest=Parameter("cost", NUMBER))
def bcrypt(_text: str, *cost: int | float) -> object:
    if len(cost) > 1:
        raise ArgumentError(2, "bcrypt() takes no more than two arguments")
    return UNKNOWN


@function(Parameter("ciphertext", STRING), Parameter("privatekey", STRING))
def rsadecrypt(_ciphertext: str, _key: str) -> object:
    return UNKNOWN


def _digest(algorithm: str, data: bytes) -> bytes:
    # Loading OpenSSL takes 5 ms, which a configuration without hashes need not spend.
    import hashlib

    return hashlib.new(algorithm, data, usedforsecurity=False).digest()
