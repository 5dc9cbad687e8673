"""Templates: text, interpolations, directives, whitespace. The expected texts are what Terraform 1.11 renders."""

import pytest
from tree_shapes import expression, shape

from costlint.readers.terraform.syntax.ast import MOST_NESTED
from costlint.readers.terraform.syntax.native import parse_hcl, parse_template


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('""', "''"),
        ('"plain"', "'plain'"),
        (r'"a\tb\"c\\d\n"', r"""'a\tb"c\\d\n'"""),
        (r'"\u00e9\U0001F600"', "'é😀'"),
        ('"é"', "'é'"),
        ('"$${x} %%{y}"', "'${x} %{y}'"),
        ('"100% $5 $ % $$ %%"', "'100% $5 $ % $$ %%'"),
        ('"a$$${1}b"', "'a$${1}b'"),
        ('"${x}"', "x"),
        ('"${var.x}"', "var.x"),
        ('"${~ x ~}"', "x"),
        ('"${1}"', "1"),
        ('"${"x"}"', "'x'"),
        ('"a ${x} b"', "`'a ' x ' b'`"),
        ('"  ${ x }  ${y}"', "`'  ' x '  ' y`"),
        ('" a ${~ x ~} b "', "`' a' x 'b '`"),
        ('"${"${a}-${b}"}"', "`a '-' b`"),
        ('"${a}${b}"', "`a b`"),
        ('"${a ? "x ${b}" : "y"}"', "(a ? `'x ' b` : 'y')"),
        ('"%{ if a }yes%{ else }no%{ endif }"', "`<if a: 'yes' else: 'no'>`"),
        ('"%{ if a } yes ${b} %{ endif }"', "`<if a: ' yes ' b ' ' else: >`"),
        ('"x %{ if a ~} y %{~ endif ~} z"', "`'x ' <if a: 'y' else: > 'z'`"),
        ('"%{ for v in l }${v},%{ endfor }"', "`<for v in l: v ','>`"),
        (
            '"%{ for k, v in m }%{ if v }${k}%{ endif }%{ endfor }"',
            "`<for k, v in m: <if v: k else: >>`",
        ),
    ],
)
def test_quoted_templates(text: str, expected: str) -> None:
    assert expression(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<<EOT\n plain\n  text\nEOT", r"' plain\n  text\n'"),
        ("<<EOT\nEOT", "''"),
        ("<<-EOT\n  EOT", "''"),
        ("<<EOT\n\nEOT", r"'\n'"),
        ('<<EOT\n$${a} %%{b} \\n "q"\nEOT', r"""'${a} %{b} \\n "q"\n'"""),
        ("<<-EOT\n    a\n      b\n\n    c\n  EOT", r"'a\n  b\n\nc\n'"),
        ("<<-EOT\n    a\n  \tb\n      EOT", r"' a\nb\n'"),
        ("<<-EOT\n\n    x\n \n    y\n    EOT", r"'\nx\n \ny\n'"),
        ("<<-EOT\n    a ${x}\n      b\n    EOT", r"`'a ' x '\n  b\n'`"),
        ("<<-EOT\n  ${x}\n    y\n  EOT", r"`x '\n  y\n'`"),
        ("<<EOT\n${x}\nEOT", r"`x '\n'`"),
        (
            "<<-EOT\n    %{ for v in l ~}\n    item ${v}\n    %{ endfor ~}\n    end\n  EOT",
            r"`<for v in l: '    item ' v '\n'> '    end\n'`",
        ),
        ("<<EOT\n%{ if a }\n x\n%{ endif }\nEOT", r"`<if a: '\n x\n' else: > '\n'`"),
        ("<<-EOT\n    ${~ x ~}\n    b\n    EOT", r"`x '    b\n'`"),
    ],
)
def test_heredocs(text: str, expected: str) -> None:
    assert expression(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no marks\n", r"'no marks\n'"),
        ("", "''"),
        ("${x}", "x"),
        ("${x}\n", r"`x '\n'`"),
        ("a ${x}", "`'a ' x`"),
        ('say "${x}" \\n', r"""`'say "' x '" \\n'`"""),
        ("%{ for v in l ~}\n- ${v}\n%{ endfor ~}\n", r"`<for v in l: '- ' v '\n'>`"),
        ("EOT\n${x}\nEOT\n", r"`'EOT\n' x '\nEOT\n'`"),
        ("  ${x}", "`'  ' x`"),
    ],
)
def test_template_files_have_no_quotes_and_no_escapes(text: str, expected: str) -> None:
    expr, problems = parse_template(text)
    assert problems == []
    assert shape(expr) == expected


def test_offsets_in_a_template_file_count_from_its_start() -> None:
    expr, _ = parse_template("é ${x}")
    assert [(part[1], part[2]) for part in expr[3]] == [(0, 3), (5, 6)]


@pytest.mark.parametrize("text", ["${", "${x", "%{ if x }", "%{ endif }", "${x + }", "%{ for }"])
def test_a_broken_template_is_a_problem(text: str) -> None:
    _, problems = parse_template(text)
    assert problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r'"\q"', '"\\q" is not a valid escape sequence'),
        (r'"\ud800"', '"\\ud800" is not a valid escape sequence'),
        (r'"\U00110000"', '"\\U00110000" is not a valid escape sequence'),
    ],
)
def test_a_wrong_escape_is_a_problem_and_the_file_is_read_on(text: str, message: str) -> None:
    body, problems = parse_hcl(f"x = {text}\ny = 1\n".encode())
    assert "y" in body.attributes
    assert [(problem.start, problem.message) for problem in problems] == [(5, message)]


@pytest.mark.parametrize("count", [MOST_NESTED + 50, 5000])
def test_templates_nested_without_end_are_a_problem(count: int) -> None:
    body, problems = parse_hcl(f"x = {chr(34)}{'%{ if a }' * count}{'%{ endif }' * count}{chr(34)}\ny = 1\n".encode())
    assert "y" in body.attributes
    assert problems
    _, problems = parse_hcl(('x = "' + '${"' * count + '"}' * count + '"\n').encode())
    assert problems
