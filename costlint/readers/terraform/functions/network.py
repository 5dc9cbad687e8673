"""IP address prefixes: cidrhost, cidrnetmask, cidrsubnet, cidrsubnets."""

from __future__ import annotations

import re
from typing import NamedTuple

from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.functions.strings import whole
from costlint.readers.terraform.types.kinds import NUMBER, STRING

_PREFIX = Parameter("prefix", STRING)
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_MOST_NEW_BITS = 32


class Network(NamedTuple):
    """A prefix: its first address as a number, its length, and the bits of an address (32 or 128)."""

    first: int
    length: int
    bits: int

    def __str__(self) -> str:
        return f"{_address(self.first, self.bits)}/{self.length}"


@function(_PREFIX, Parameter("hostnum", NUMBER), linked=True)
def cidrhost(prefix: str, hostnum: int | float) -> str:
    number = _integer(hostnum)
    network = _parse(prefix)
    largest = (1 << (network.bits - network.length)) - 1
    host = number if number >= 0 else largest + 1 + number
    if not 0 <= host <= largest:
        raise CallError(f"prefix of {network.length} does not accommodate a host numbered {number}")
    return _address(network.first + host, network.bits)


@function(_PREFIX)
def cidrnetmask(prefix: str) -> str:
    network = _parse(prefix)
    if network.bits != 32:
        raise CallError(f"IPv6 addresses cannot have a netmask: {prefix}")
    return _address((0xFFFFFFFF << (32 - network.length)) & 0xFFFFFFFF, 32)


@function(_PREFIX, Parameter("newbits", NUMBER), Parameter("netnum", NUMBER), linked=True)
def cidrsubnet(prefix: str, newbits: int | float, netnum: int | float) -> str:
    added, number = whole(newbits), _integer(netnum)
    network = _parse(prefix)
    length = network.length + added
    if length > network.bits:
        raise CallError(f"insufficient address space to extend prefix of {network.length} by {added}")
    if added < 0 or not 0 <= number < 1 << added:
        raise CallError(f"prefix extension of {added} does not accommodate a subnet numbered {number}")
    return str(Network(network.first + (number << (network.bits - length)), length, network.bits))


@function(_PREFIX, rest=Parameter("newbits", NUMBER), linked=True)
def cidrsubnets(prefix: str, *newbits: int | float) -> list[str]:
    network = _parse(prefix)
    free = network.first
    end = network.first + (1 << (network.bits - network.length))
    subnets: list[Network] = []
    if network.first == 0 and newbits:
        # Terraform looks for the network before the first one, and there is none before address zero.
        raise ArgumentError(1, "not enough remaining address space before the first address")
    for position, bits in enumerate(newbits, 1):
        added = whole(bits)
        if added < 1:
            raise ArgumentError(position, "must extend prefix by at least one bit")
        if added > _MOST_NEW_BITS:
            raise ArgumentError(position, f"may not extend prefix by more than {_MOST_NEW_BITS} bits")
        length = network.length + added
        if length > network.bits:
            protocol = "IPv4" if network.bits == 32 else "IPv6"
            raise ArgumentError(
                position, f"would extend prefix to {length} bits, which is too long for an {protocol} address"
            )
        size = 1 << (network.bits - length)
        first = -(-free // size) * size
        if first + size > end:
            after = f" after {subnets[-1]}" if subnets else ""
            raise ArgumentError(
                position, f"not enough remaining address space for a subnet with a prefix of {length} bits{after}"
            )
        subnets.append(Network(first, length, network.bits))
        free = first + size
    return [str(subnet) for subnet in subnets]


def _parse(prefix: str) -> Network:
    """The network a prefix names (host bits dropped). Raises CallError."""
    address, _, length_text = prefix.partition("/")
    if length_text.isascii() and length_text.isdigit() and len(length_text) <= 3:
        length = int(length_text)
        number, bits = _number(address)
        if number is not None and length <= bits:
            return Network(number >> (bits - length) << (bits - length), length, bits)
    raise CallError(f"invalid CIDR expression: invalid CIDR address: {prefix}")


def _number(address: str) -> tuple[int | None, int]:
    if _IPV4.fullmatch(address):
        octets = [int(part) for part in address.split(".")]
        return (None if max(octets) > 255 else int.from_bytes(bytes(octets), "big")), 32
    import ipaddress

    try:
        return int(ipaddress.IPv6Address(address.partition("%")[0] if "%" not in address else "")), 128
    except ValueError:
        return None, 128


def _address(number: int, bits: int) -> str:
    if bits == 32:
        return ".".join(map(str, number.to_bytes(4, "big")))
    import ipaddress

    mapped = ipaddress.IPv6Address(number)
    return str(mapped.ipv4_mapped or mapped)


def _integer(number: int | float) -> int:
    if not isinstance(number, int):
        raise CallError("value must be a whole number")
    return number
