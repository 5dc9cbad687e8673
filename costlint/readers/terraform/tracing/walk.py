"""Walks from an expression to the literal its value (or the part of it at a path) comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from costlint.model import Unknown, lookup
from costlint.readers.terraform.evaluation import blocks
from costlint.readers.terraform.evaluation.expand import Key, repetition
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.modules import ModuleInstance
from costlint.readers.terraform.syntax.ast import Block, Body, Expr
from costlint.readers.terraform.tracing.expressions import follow_once
from costlint.readers.terraform.tracing.steps import Item, KeyOf, Next, Place, Step, Steps
from costlint.readers.terraform.tracing.texts import in_text

if TYPE_CHECKING:
    from costlint.readers.terraform.module_calls import ModuleCall
    from costlint.readers.terraform.reading import Reading
    from costlint.readers.terraform.resources import ResourceBlock

_MOST_STEPS = 200
_REPETITIONS = (("count",), ("for_each",))


@runtime_checkable
class Leading(Protocol):
    """What is no module and knows itself where its names lead."""

    def onward(self, tracer: Tracer, root: str, path: Steps) -> Next: ...


class Tracer:
    """One walk; `steps` collects the way. `changed`: a function on the way makes another value of the literal.
    `counting`: the walk asks what decides how many instances there are, so a switch counts, not what it chooses.
    `definition` is what the walk stands in (a resource, a local value, an argument), `selected` what it takes of it."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.steps: list[Step] = []
        self.changed = False
        self.counting = False
        self.definition = ""
        self.selected: Steps = ()

    def value(self, expr: Expr, scope: Scope) -> object:
        return self.reading.value(expr, scope)

    @property
    def name(self) -> str:
        """What the walk has come to, in names alone: "local.nodes.gpu.type". Positions in lists are left out."""
        keys = (step.key if isinstance(step, KeyOf) else step for step in self.selected)
        return ".".join((self.definition, *(key for key in keys if isinstance(key, str))))

    def resource(self, block: ResourceBlock, key: Key, path: Steps) -> Place:
        """The place of an attribute of a resource instance."""
        scope = block.scope(key)
        self.definition, self.selected = block.address.removeprefix(block.module.prefix), ()
        repeated = repetition(block.body)
        self.counting = self.counting or path in _REPETITIONS
        if repeated is not None and repeated[0] == "for_each" and not isinstance(key, Unknown):
            scope.origins = {"each": Item(repeated[1], Scope(block.module, scope.file, {}), key, pair=True)}
        return self.body(block.declared.block, block.body, scope, path, block.address)

    def repeated_call(self, call: ModuleCall, path: Steps) -> Place:
        """The place of the `count` or `for_each` of a module call."""
        self.definition, self.selected, self.counting = f"module.{call.name}", (), True
        scope = Scope(call.module, call.declared.file, {})
        return self.body(call.declared.block, call.body, scope, path, call.address)

    def body(self, block: Block, body: Body, scope: Scope, path: Steps, what: str) -> Place:
        """The place of what `path` selects in a block."""
        while True:
            assert scope.file is not None
            file = scope.module.file_of(block, scope.file)
            header = Place(file, block.start, block.header_end, exact=not path)
            if not path:
                return self._here(header, what)
            name, rest = path[0], path[1:]
            attribute = body.attributes.get(name) if isinstance(name, str) else None
            if attribute is not None:
                file = scope.module.file_of(attribute, scope.file)
                if file is not scope.file:
                    scope = Scope(scope.module, file, scope.names, scope.origins)
                what = ".".join((what, *map(str, path)))
                return self.follow(attribute.expr, scope, rest, what)
            index = rest[0] if rest and isinstance(rest[0], int) else None
            inner = self._nested(body, scope, name, index or 0)
            if inner is None:
                return self._here(header, what)
            block, body, scope = inner
            what = f"{what}.{name}"
            path = rest if index is None else rest[1:]

    def follow(self, expr: Expr, scope: Scope, path: Steps, what: str) -> Place:
        """The place behind an expression; the step `what` is where it stands."""
        self._step(scope, expr, what)
        written = expr
        for _ in range(_MOST_STEPS):
            onward = follow_once(self, expr, scope, path)
            if onward is None and path:
                onward = in_text(self, expr, scope, path)
            if isinstance(onward, Place):
                return onward
            if onward is None:
                break
            if expr[0] == "for":
                self.selected = onward[2]
            if expr[0] not in _TRAVERSALS or onward[0] is not expr[3]:
                written = onward[0]
            expr, scope, path = onward
        assert scope.file is not None
        return Place(scope.file, written[1], written[2], exact=not path and not self.changed and _is_literal(written))

    def through(self, root: str, scope: Scope, path: Steps) -> Next:
        """Onward from a name, with what is selected from it."""
        if root in scope.names:
            onward = _bound(scope, root, path)
            self.selected = onward[2] if isinstance(onward, tuple) and len(onward) == 3 else self.selected
            return onward
        module = scope.module
        if not isinstance(module, ModuleInstance):
            assert isinstance(module, Leading)
            return module.onward(self, root, path)
        if not path or not isinstance(path[0], str):
            return None
        name, rest = path[0], path[1:]
        if root == "local":
            found = module.configuration.locals.get(name)
            if found is None:
                return None
            return self.onward(found[1].expr, Scope(module, found[0], {}), rest, f"local.{name}")
        if root == "var":
            return self._variable(module, name, rest)
        if root == "module":
            return self._output(module, name, rest)
        if root in ("data", "resource"):
            return self._attribute(module, root, path) if len(path) > 2 else None
        return self._attribute(module, "resource", (root, *path))

    def onward(self, expr: Expr, scope: Scope, path: Steps, what: str, name: str = "") -> Next:
        """On to an expression, which becomes a step of the way. `name` is what it defines, if not `what`."""
        if len(self.steps) >= _MOST_STEPS:
            return None
        self.definition, self.selected = name or what, path
        self._step(scope, expr, what)
        return expr, scope, path

    # -- private

    def _here(self, place: Place, what: str) -> Place:
        self.steps.append(Step(place.file, place.start, place.end, what))
        return place

    def _step(self, scope: Scope, expr: Expr, what: str) -> None:
        assert scope.file is not None
        self.steps.append(Step(scope.file, expr[1], expr[2], what))

    def _nested(self, body: Body, scope: Scope, name: object, index: int) -> tuple[Block, Body, Scope] | None:
        """The nested block of that name and index, static or dynamic, and the scope inside it."""
        for block in body.blocks:
            if block.type == name:
                if index == 0:
                    return block, block.body, scope
                index -= 1
            elif block.type == "dynamic" and block.labels[:1] == (name,) and "for_each" in block.body.attributes:
                items, _ = blocks.dynamic_items(block, scope, self.reading)
                if index < len(items):
                    key, value = items[index]
                    iterator = blocks.iterator_name(block)
                    inner = scope.binding({iterator: {"key": key, "value": value}})
                    origin = Item(block.body.attributes["for_each"].expr, scope, key, pair=True)
                    inner.origins = {**(scope.origins or {}), iterator: origin}
                    return block, blocks.content_of(block), inner
                index -= len(items)
        return None

    def _variable(self, module: ModuleInstance, name: str, path: Steps) -> Next:
        variable = module.configuration.variables.get(name)
        if variable is None:
            return None
        onward = self._argument(module, name, path)
        if onward is not None:
            if path and not isinstance(onward, Place):
                default = _optional_default(variable.block.body, path)
                given = self.value(onward[0], onward[1])
                if default is not None and lookup(given, path) is None:
                    return self.onward(default[0], Scope(module, variable.file, {}), default[1], f"variable {name}")
            if isinstance(onward, Place) or path or variable.nullable or self.value(onward[0], onward[1]) is not None:
                return onward
        default_ = variable.default
        if default_ is not None:
            return self.onward(default_.expr, Scope(module, variable.file, {}), path, f"variable {name}")
        block = variable.block
        self.definition, self.selected = f"variable {name}", path
        return self._here(Place(variable.file, block.start, block.header_end, exact=False), f"variable {name}")

    def _argument(self, module: ModuleInstance, name: str, path: Steps) -> Next:
        """Where the caller, or a tfvars file or option, sets a variable."""
        call = module.call
        if call is not None:
            attribute = call.body.attributes.get(name)
            if attribute is None:
                return None
            scope = call_scope(call, module.key)
            assert scope.file is not None
            file = scope.module.file_of(attribute, scope.file)
            scope = Scope(scope.module, file, scope.names, scope.origins)
            return self.onward(attribute.expr, scope, path, f"module.{call.name} argument {name}")
        given = module.given.get(name)
        if given is None:
            return None
        if given.expr is None or given.file is None:
            variable = module.configuration.variables[name]
            block = variable.block
            self.definition, self.selected = f"variable {name}", path
            return self._here(Place(variable.file, block.start, block.header_end, exact=False), given.what)
        scope = given.scope or Scope(module, given.file, {})
        return self.onward(given.expr, scope, path, given.what, f"variable {name}")

    def _output(self, module: ModuleInstance, name: str, path: Steps) -> Next:
        call = module.calls.get(name)
        if call is None:
            return None
        key, rest = _instance(call.expansion.kind, path)
        if not rest or not isinstance(rest[0], str) or key not in call.expansion.keys:
            return None
        child = call.child(key)
        declared = child.configuration.outputs.get(rest[0]) if child is not None else None
        if child is None or declared is None or "value" not in declared.block.body.attributes:
            return None
        expr = declared.block.body.attributes["value"].expr
        return self.onward(expr, Scope(child, declared.file, {}), rest[1:], f"module.{name} output {rest[0]}")

    def _attribute(self, module: ModuleInstance, mode: str, path: Steps) -> Next:
        type_, name = path[-len(path)], path[1]
        block = module.blocks.get((mode, str(type_), str(name)))
        if block is None or len(self.steps) >= _MOST_STEPS:
            return None
        key, rest = _instance(block.expansion.kind, path[2:])
        if not rest or not isinstance(rest[0], str) or key not in block.expansion.keys:
            return None
        if blocks.value_of(block.body, rest[0], block.scope(key), self.reading) is None:
            return None
        return self.resource(block, key, rest)


def call_scope(call: ModuleCall, key: Key) -> Scope:
    """The scope a module's arguments are written in, with the way back through for_each."""
    scope = call.scope(key)
    repeated = repetition(call.body)
    if repeated is not None and repeated[0] == "for_each" and not isinstance(key, Unknown):
        scope.origins = {"each": Item(repeated[1], Scope(call.module, scope.file, {}), key, pair=True)}
    return scope


def _bound(scope: Scope, name: str, path: Steps) -> Next:
    item = (scope.origins or {}).get(name)
    if not isinstance(item, Item):
        return None
    if item.pair:
        if not path:
            return None
        part, path = path[0], path[1:]
        step = KeyOf(item.key) if part == "key" else item.key
    else:
        step = KeyOf(item.key) if item.key_only else item.key
    return item.collection, item.scope, (step, *path)


def _instance(kind: str, path: Steps) -> tuple[Key, Steps]:
    """The instance key a path starts with, if the block is repeated, and the rest."""
    if not kind:
        return None, path
    if not path or not isinstance(path[0], (int, str)):
        return None, ()
    return path[0], path[1:]


def _optional_default(body: Body, path: Steps) -> tuple[Expr, Steps] | None:
    """The default an `optional(type, default)` of a variable's type gives to what stands at `path`."""
    attribute = body.attributes.get("type")
    expr = attribute.expr if attribute is not None else None
    for position, step in enumerate(path):
        while expr is not None and expr[0] == "call" and expr[3] in _COLLECTIONS and expr[4]:
            inner = expr[4][0]
            if expr[3] in ("object", "optional"):
                expr = inner
                continue
            expr = inner
            break
        else:
            if expr is None or expr[0] != "obj":
                return None
            expr = next((value for key, value in expr[3] if key[3] == step), None)
            if expr is not None and expr[0] == "call" and expr[3] == "optional" and len(expr[4]) == 2:
                return expr[4][1], path[position + 1 :]
    return None


_COLLECTIONS = frozenset(("list", "set", "map", "object", "optional"))


def _is_literal(expr: Expr) -> bool:
    return expr[0] in ("lit", "list", "obj") or (expr[0] == "un" and expr[4][0] == "lit")


_TRAVERSALS = frozenset(("attr", "index", "splat"))
