"""Module calls and what a fetch came to, as people and programs read them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from costlint.modules.calls import CallSite
from costlint.modules.fetching import Outcome
from costlint.readers.terraform.sourcing.addresses import parse_address
from costlint.readers.terraform.sourcing.resolving import Way
from costlint.reports.amounts import counted
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint

_WAYS: dict[Way, str] = {
    "tree": "local",
    "mapping": "mapped",
    "repository": "of this repository",
    "installed": "installed by terraform",
    "cache": "fetched",
    "missing": "not here",
    "nowhere": "without a directory",
    "outside": "outside the scanned tree",
    "refused": "not read",
}


def call_lines(sites: Sequence[CallSite], of: int, paint: Paint) -> str:
    """Two lines for each call, and one that counts them; `of` is how many there are in all."""
    lines: list[str] = []
    for site in sites:
        version = f" {site.call.version}" if site.call.version else ""
        place = paint(printable(f"{site.file}:{site.line}:{site.column}"), "place")
        lines.append(f"{place}  {printable(site.address)}  {printable(shown_source(site) + version)}")
        lines.append(f"    {'→' if site.resolution.directory is not None else '✗'} {printable(leads_to(site))}")
    ways = Counter(site.resolution.way for site in sites)
    told = ", ".join(f"{ways[way]} {what}" for way, what in _WAYS.items() if ways[way])
    whole = f" of {of}" if len(sites) != of else ""
    lines.append(paint(f"{len(sites)}{whole} {'module call' if of == 1 else 'module calls'}: {told}", "strong"))
    return "".join(f"{line}\n" for line in lines) if of else "no module calls\n"


def calls_json(sites: Sequence[CallSite]) -> str:
    """The calls as a JSON list."""
    calls = [
        {
            "file": site.file,
            "line": site.line,
            "column": site.column,
            "root": site.call.root or ".",
            "address": site.address,
            "source": shown_source(site),
            "version": site.call.version,
            "resolved": site.resolution.directory is not None,
            "way": site.resolution.way,
            "detail": leads_to(site),
        }
        for site in sites
    ]
    return json.dumps(calls, indent=2, ensure_ascii=False) + "\n"


def outcome_lines(outcome: Outcome, paint: Paint) -> str:
    """What was fetched, and what the calls come to now."""
    lines: list[str] = []
    for pin in outcome.fetched:
        asked = f"{pin.source} {pin.version}".rstrip()
        lines.append(f"{paint('fetched', 'after')}  {printable(f'{asked} → {_short(pin.resolved)}')}")
    for pin in outcome.dropped:
        asked = f"{pin.source} {pin.version}".rstrip()
        lines.append(f"{paint('dropped', 'before')}  {printable(f'{asked}: no call asks for it')}")
    lines += [f"wrote    {printable(lock)}" for lock in outcome.locks]
    remote = [site for site in outcome.sites if site.remote]
    here = sum(site.resolution.directory is not None for site in remote)
    verdict = f"{here} of {counted(len(remote), 'module call')} from elsewhere can be read"
    if not remote:
        verdict = "no module call leads elsewhere"
    return "".join(f"{line}\n" for line in [*lines, paint(verdict, "strong")])


def failure_line(site: CallSite, why: str) -> str:
    """The sentence for a package that could not be fetched."""
    return printable(f"{site.file}:{site.line}:{site.column}: {shown_source(site)} was not fetched: {why}")


def shown_source(site: CallSite) -> str:
    """The source of a call without passwords."""
    return site.call.source if not site.remote else parse_address(site.call.source).shown


def leads_to(site: CallSite) -> str:
    """Where a call leads, or why it does not."""
    found = site.resolution
    if found.directory is None:
        return {
            "missing": f"not here: {found.detail}; costlint modules fetch"
            if found.detail
            else "not here: costlint modules fetch",
            "nowhere": "there is no such directory",
            "outside": "outside the scanned tree; map it with modules: in the configuration",
        }.get(found.way, found.detail)
    told = {
        "tree": site.directory,
        "mapping": f"{found.detail} (modules: in the configuration)",
        "repository": f"{site.directory} ({found.detail})",
        "installed": f"{site.directory} (terraform init{f', {found.detail}' if found.detail else ''})",
        "cache": f"{_short(found.detail)} in the cache",
    }
    return told[found.way]


def _short(resolved: str) -> str:
    kind, colon, digest = resolved.partition(":")
    if colon:
        return f"{kind}:{digest[:12]}"
    return resolved[:12] if len(resolved) >= 40 else resolved
