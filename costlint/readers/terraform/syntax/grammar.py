"""The tree-sitter grammar for HCL: one parser, and the node kinds as numbers (comparing names costs more)."""

from __future__ import annotations

import time

import tree_sitter_hcl
from tree_sitter import Language, Parser, Range, Tree

LANGUAGE = Language(tree_sitter_hcl.language())


_WATCHED = 1 << 17
_CHUNK = 1 << 11
_SECONDS = 2.0
_SECONDS_A_BYTE = 5e-6


def parse_tree(data: bytes, start: int = 0, end: int | None = None) -> Tree:
    """The tree of data[start:end]; its offsets are those of the whole data.

    Text that is no HCL can take the parser quadratic time. Where that would matter (above 128 KB) it is given
    ten times the processor time of real files, then told that the text has ended.
    """
    stop = len(data) if end is None else end
    parser = Parser(LANGUAGE)
    if start or stop < len(data):
        parser.included_ranges = [Range((0, start), (0, stop), start, stop)]
    if stop - start <= _WATCHED:
        return parser.parse(data)
    deadline = time.thread_time() + _SECONDS + (stop - start) * _SECONDS_A_BYTE

    def chunk(offset: int, _: object) -> bytes:
        return data[offset : min(offset + _CHUNK, stop)] if time.thread_time() < deadline else b""

    return parser.parse(chunk)


def _kind(name: str, named: bool = True) -> int:
    number = LANGUAGE.id_for_node_kind(name, named)
    assert number is not None, f"the installed grammar has no node kind {name}"
    return number


ATTRIBUTE = _kind("attribute")
BLOCK = _kind("block")
BLOCK_START = _kind("block_start")
BODY = _kind("body")
COMMENT = _kind("comment")
IDENTIFIER = _kind("identifier")
EXPRESSION = _kind("expression")
STRING_LIT = _kind("string_lit")

LITERAL_VALUE = _kind("literal_value")
VARIABLE_EXPR = _kind("variable_expr")
COLLECTION_VALUE = _kind("collection_value")
TUPLE = _kind("tuple")
OBJECT = _kind("object")
OBJECT_ELEM = _kind("object_elem")
FOR_EXPR = _kind("for_expr")
FOR_OBJECT_EXPR = _kind("for_object_expr")
FOR_INTRO = _kind("for_intro")
FOR_COND = _kind("for_cond")
FUNCTION_CALL = _kind("function_call")
FUNCTION_ARGUMENTS = _kind("function_arguments")
ELLIPSIS = _kind("ellipsis")
CONDITIONAL = _kind("conditional")
OPERATION = _kind("operation")
UNARY_OPERATION = _kind("unary_operation")
BINARY_OPERATION = _kind("binary_operation")

GET_ATTR = _kind("get_attr")
INDEX = _kind("index")
NEW_INDEX = _kind("new_index")
SPLAT = _kind("splat")
FULL_SPLAT = _kind("full_splat")

TEMPLATE_EXPR = _kind("template_expr")
HEREDOC_TEMPLATE = _kind("heredoc_template")
HEREDOC_IDENTIFIER = _kind("heredoc_identifier")
INTERPOLATION = _kind("template_interpolation")
DIRECTIVE = _kind("template_directive")
TEMPLATE_IF = _kind("template_if")
TEMPLATE_FOR = _kind("template_for")
IF_INTRO = _kind("template_if_intro")
ELSE_INTRO = _kind("template_else_intro")
IF_END = _kind("template_if_end")
FOR_START = _kind("template_for_start")
FOR_END = _kind("template_for_end")

OPEN_PAREN = _kind("(", False)
QUESTION = _kind("?", False)
COLON = _kind(":", False)
OPERATORS = {
    _kind(text, False): text for text in ("||", "&&", "==", "!=", ">", ">=", "<", "<=", "+", "-", "*", "/", "%", "!")
}
