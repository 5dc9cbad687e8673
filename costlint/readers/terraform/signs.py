"""What a root names that may tell where it is deployed: where its state is kept, and the accounts of its providers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from costlint.model import Sign
from costlint.readers.terraform.modules import ModuleInstance
from costlint.readers.terraform.syntax.ast import Block, Body

_STATE = ("workspace_key_prefix", "key", "prefix", "name", "container_name", "bucket", "storage_account_name")
_ACCOUNTS = {
    "google": ("project",),
    "google-beta": ("project",),
    "azurerm": ("subscription_id",),
    "aws": ("allowed_account_ids", "profile"),
}
_ROLE_ACCOUNT = re.compile(r"arn:[\w-]+:iam::(\d{12}):")


def signs(top: ModuleInstance) -> Iterator[Sign]:
    """What the root module's backend (or cloud) block and its default providers say, the most telling first."""
    for _, block in top.configuration.directory.blocks:
        if block.type == "terraform":
            yield from _state(block)
    for (name, alias), declared in top.configuration.providers.items():
        if not alias:
            yield from _accounts(top, name, declared.block.body)


def _state(terraform: Block) -> Iterator[Sign]:
    for block in terraform.body.blocks:
        if block.type not in ("backend", "cloud"):
            continue
        bodies = [*(inner.body for inner in block.body.blocks if inner.type == "workspaces"), block.body]
        for name in _STATE:
            for body in bodies:
                if text := body.literal(name):
                    yield Sign("backend", f"{block.type} {name}", text)


def _accounts(top: ModuleInstance, name: str, body: Body) -> Iterator[Sign]:
    provider = top.provider(name)
    if provider is None:
        return
    for argument in _ACCOUNTS.get(name, ()):
        value = provider.value(argument) if argument in body.attributes else None
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text:
                yield Sign("account", f"{argument} of provider {name}", text)
    roles = provider.value("assume_role") if name == "aws" else None
    for role in roles if isinstance(roles, list) else []:
        arn = role.get("role_arn") if isinstance(role, dict) else None
        if isinstance(arn, str) and (account := _ROLE_ACCOUNT.match(arn)):
            yield Sign("account", "assume_role of provider aws", account[1])
