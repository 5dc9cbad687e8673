"""Sizes as ECS and App Runner accept them: "1024", "1 vCPU", "2 GB"."""

from __future__ import annotations

from costlint.model import UnknownValue

_PER_UNIT = 1024


def vcpus(text: str) -> float:
    """vCPUs of "1 vCPU" or "1024" (CPU units). Raises UnknownValue for other text."""
    return _size(text)


def gib(text: str) -> float:
    """GiB of "2 GB" or "2048" (MiB). Raises UnknownValue for other text."""
    return _size(text)


def _size(text: str) -> float:
    """A number with a unit counts as it is, one without in 1024ths."""
    number = text.strip().rstrip("vCPUcpuGBgb ")
    try:
        value = float(number)
    except ValueError:
        raise UnknownValue(f'the size "{text}"') from None
    return value if number != text.strip() else value / _PER_UNIT
