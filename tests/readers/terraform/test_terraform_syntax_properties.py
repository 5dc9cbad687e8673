"""Native syntax against itself (however an expression is laid out, its tree is the same) and against python-hcl2."""

from __future__ import annotations

from typing import Any

import hcl2
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_shapes import expression, outline, shape

from costlint.readers.terraform.syntax.ast import Body
from costlint.readers.terraform.syntax.native import parse_hcl

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True).filter(
    lambda name: name not in {"true", "false", "null", "for", "in", "if", "else", "endif", "endfor"}
)
TEXTS = st.text(
    alphabet=st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), max_size=12
)
PRECEDENCE = {"||": 1, "&&": 2, "==": 3, "!=": 3, ">": 4, "<=": 4, "+": 5, "-": 5, "*": 6, "%": 6}


def literal(value: object) -> tuple[Any, ...]:
    return ("lit", 0, 0, value)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return escaped.replace("${", "$${").replace("%{", "%%{")


LEAVES = st.one_of(
    st.integers(0, 10**12).map(literal),
    st.booleans().map(literal),
    st.just(literal(None)),
    TEXTS.filter(lambda text: "$$" not in text and "%%" not in text).map(literal),
    NAMES.map(lambda name: ("name", 0, 0, name)),
)


def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    owners = NAMES.map(lambda name: ("name", 0, 0, name))
    return st.one_of(
        st.tuples(st.just("bin"), st.just(0), st.just(0), st.sampled_from(sorted(PRECEDENCE)), inner, inner),
        st.tuples(st.just("un"), st.just(0), st.just(0), st.sampled_from("-!"), inner),
        st.tuples(st.just("cond"), st.just(0), st.just(0), inner, inner, inner),
        st.tuples(st.just("list"), st.just(0), st.just(0), st.lists(inner, max_size=3)),
        st.tuples(st.just("obj"), st.just(0), st.just(0), st.lists(st.tuples(NAMES.map(literal), inner), max_size=3)),
        st.tuples(st.just("attr"), st.just(0), st.just(0), owners, NAMES),
        st.tuples(st.just("index"), st.just(0), st.just(0), owners, inner),
        st.tuples(
            st.just("call"), st.just(0), st.just(0), NAMES, st.lists(inner, min_size=1, max_size=3), st.booleans()
        ),
        st.tuples(
            st.just("for"), st.just(0), st.just(0), st.just("k"), st.just("v"), inner, st.one_of(st.none(), inner),
            inner, st.one_of(st.none(), inner), st.just(False),
        ),
    )  # fmt: skip


EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=12)


class Writer:
    """Writes a tree with the fewest parentheses and whatever white space is drawn."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def gap(self, lines: bool) -> str:
        return str(
            self._draw(st.sampled_from([" ", "  ", "\t"] + (["\n", " # note\n ", " /* x */ "] if lines else [])))
        )

    def write(self, expr: Any, lines: bool = False, least: int = 0) -> str:
        kind, _, _, *rest = expr
        gap = self.gap(lines)
        if kind == "lit":
            value = rest[0]
            if isinstance(value, str):
                return f'"{quoted(value)}"'
            return "null" if value is None else str(value).lower()
        if kind == "name":
            return str(rest[0])
        if kind == "attr":
            return f"{self.write(rest[0])}.{rest[1]}"
        if kind == "index":
            return f"{self.write(rest[0])}[{self.write(rest[1], lines)}]"
        if kind == "un":
            return f"{rest[0]}{self.write(rest[1], lines, 7)}"
        if kind == "bin":
            mine = PRECEDENCE[rest[0]]
            text = f"{self.write(rest[1], lines, mine)}{gap}{rest[0]}{gap}{self.write(rest[2], lines, mine + 1)}"
            return f"({text})" if mine < least else text
        if kind == "cond":
            test, yes, no = (self.write(part, lines, 1 if i == 0 else 0) for i, part in enumerate(rest))
            text = f"{test}{gap}?{gap}{yes}{gap}:{gap}{no}"
            return f"({text})" if least else text
        if kind == "list":
            return f"[{gap}{f',{gap}'.join(self.write(item, True) for item in rest[0])}{gap}]"
        if kind == "obj":
            pairs = (f"{self.write(k)} = {self.write(v)}" for k, v in rest[0])
            return "{" + ", ".join(pairs) + "}"
        if kind == "call":
            return f"{rest[0]}({gap}{', '.join(self.write(a, True) for a in rest[1])}{'...' if rest[2] else ''})"
        _, _, collection, key, value, condition, _ = rest
        head = f"for k, v in {self.write(collection, True)} :{gap}"
        test = f" if {self.write(condition, True)}" if condition else ""
        if key is None:
            return f"[{head}{self.write(value, True)}{test}]"
        return "{" + f"{head}{self.write(key, True)} => {self.write(value, True)}{test}" + "}"


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS, st.data())
def test_layout_and_needless_parentheses_do_not_change_the_tree(expr: Any, data: Any) -> None:
    assert expression(Writer(data.draw).write(expr)) == shape(expr)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(TEXTS, st.just("${x}"), st.just("\n")), max_size=5))
def test_quoted_text_is_what_was_quoted(pieces: list[str]) -> None:
    text = "".join(pieces)
    if "$$" in text or "%%" in text or text.endswith(("$", "%")):
        return
    body, problems = parse_hcl(f'x = "{quoted(text)}"\n'.encode())
    assert problems == []
    assert body.attributes["x"].expr[3] == text


VALUES = st.recursive(
    st.one_of(st.integers(0, 10**9), st.booleans(), TEXTS.filter(lambda t: not {"$", "%", "\\", '"'} & set(t))),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
BODIES = st.recursive(
    st.fixed_dictionaries({"attributes": st.dictionaries(NAMES, VALUES, max_size=3)}),
    lambda inner: st.fixed_dictionaries(
        {
            "attributes": st.dictionaries(NAMES, VALUES, max_size=3),
            "blocks": st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=2), inner), max_size=2),
        }
    ),
    max_leaves=3,
)


def written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{\n" + "".join(f"{k} = {written(v)}\n" for k, v in value.items()) + "}"
    return str(value)


def source(body: Any) -> str:
    names = set(body["attributes"])
    text = "".join(f"{name} = {written(value)}\n" for name, value in body["attributes"].items())
    for kind, labels, inner in body.get("blocks", ()):
        if kind not in names:
            quoted_labels = "".join(f' "{label}"' for label in labels)
            text += f"{kind}{quoted_labels} {{\n{source(inner)}}}\n"
    return text


def as_hcl2(body: Body) -> dict[str, Any]:
    """Our tree in the form python-hcl2 gives."""
    found: dict[str, Any] = {name: plain(attribute.expr) for name, attribute in body.attributes.items()}
    for block in body.blocks:
        inner: Any = {**as_hcl2(block.body), "__is_block__": True}
        for label in reversed(block.labels):
            inner = {f'"{label}"': inner}
        found.setdefault(block.type, []).append(inner)
    return found


def plain(expr: Any) -> Any:
    if expr[0] == "list":
        return [plain(item) for item in expr[3]]
    if expr[0] == "obj":
        return {key[3]: plain(value) for key, value in expr[3]}
    return f'"{expr[3]}"' if isinstance(expr[3], str) else expr[3]


@settings(max_examples=60, deadline=None)
@given(BODIES)
def test_python_hcl2_reads_the_same(body: Any) -> None:
    text = source(body)
    ours, problems = parse_hcl(text.encode())
    assert problems == []
    assert as_hcl2(ours) == hcl2.loads(text)


@settings(max_examples=60, deadline=None)
@given(BODIES)
def test_comments_and_blank_lines_change_nothing(body: Any) -> None:
    text = source(body)
    spaced = "".join(f"\n# note\n{line} // why\n" for line in text.splitlines())
    assert outline(parse_hcl(spaced.encode())[0]) == outline(parse_hcl(text.encode())[0])
