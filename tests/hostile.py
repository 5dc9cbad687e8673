"""Names as somebody might write them to be taken for something else, for tests of what is made of them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from sample_reports import GP2, finding, report, span

from costlint.model import Acceptance, Change, Diagnostic, Finding, Origin, Report

TEXTS = {
    "markup": "\"'><script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "| a | **b** ](https://evil.example) [x](https://evil.example) ![y](https://evil.example/p.png) `c",
    "mention": "@everyone @org/team #1 org/repo#2 www.evil.example https://evil.example user@evil.example",
    "fence": "```\n</details>\n# big\n```",
    "command": "a\n::error file=x::b\r\n::stop-commands::pause %0A%25 c,d:e",
    "controls": "\x1b[31mred\x00\x07\u202egpj.exe\u2028line \ufffe\uffff \ud800",
    "placeholder": "{0} {1} {{2}} ]]> &lt; &#64; $(id) ${x} \\",
    "long": "x" * 3000,
}


def everywhere(text: str) -> Report:
    """A report that has the text wherever the input can bring text to."""
    place = span(file=f"dir/{text}.tf")
    told: dict[str, Any] = {
        "rule": replace(GP2, id="STO001"),
        "span": place,
        "message": f"uses {text}",
        "chain": (Origin(place, text), Origin(place, f"attribute {text}")),
        "changes": (Change(f"aws_ebs_volume.{text}", text, text, f"new {text}", place, text, f'{text} = "{text}"'),),
        "stack": text,
        "assumptions": (text,),
        "unpriced": (text,),
    }
    open_one: Finding = finding(addresses=(f"aws_ebs_volume.{text}",), **told)
    accepted = replace(
        open_one, fingerprint="feedfeedfeedfeed", suppressed=text, acceptance=Acceptance(text, f"{text}.tf:3", text)
    )
    diagnostics = tuple(Diagnostic(severity, text, f"{text}.tf", 3, 4) for severity in ("error", "warning", "note"))
    return report(open_one, suppressed=(accepted,), diagnostics=diagnostics, paths=(text,))
