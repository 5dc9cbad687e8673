"""What a stack remembers of modules that adapters stand in for, and what is said about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from costlint.model import AdaptedModule, Diagnostic, Span, Stack
from costlint.readers.terraform.adapters.adapters import Adapter


def recorded(
    adapter: Adapter, address: str, source: str, span: Span, inputs: Mapping[str, object], declared: Iterable[str]
) -> AdaptedModule:
    """The record of a module instance; `declared` are the adapter's variables."""
    unread = adapter.unread(inputs, declared)
    return AdaptedModule(address, source, span, adapter.module, adapter.version, inputs, unread)


def not_understood(name: str, module: AdaptedModule) -> str:
    """The sentence about inputs nothing is known of."""
    return (
        f'module "{name}" is read from its inputs as {module.module} {module.version}, and nothing is known of '
        f"{', '.join(module.unread)} (run costlint modules fetch to have the module itself read)"
    )


def add_root(stack: Stack, name: str, module: AdaptedModule) -> None:
    """Record that the root of a stack is such a module."""
    stack.adapted.append(module)
    stack.outside |= {module.release}
    if module.unread:
        place = module.span
        stack.diagnostics.append(Diagnostic("note", not_understood(name, module), place.file, place.line, place.column))
