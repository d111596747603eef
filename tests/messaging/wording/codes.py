"""The codes that a client's source can give: read from it, so that none is forgotten."""

import ast
import pkgutil
from collections.abc import Container, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType


def modules_of(package: str) -> list[ModuleType]:
    """All modules of a client."""
    found = import_module(package)
    names = [module.name for module in pkgutil.iter_modules(found.__path__)]
    return [import_module(f"{package}.{name}") for name in sorted(names)]


def tree_of(module: ModuleType) -> ast.Module:
    assert module.__file__
    return ast.parse(Path(module.__file__).read_text())


def error_codes(package: str, without: Container[str] = ()) -> set[str]:
    """Of the errors it raises (`code=…`) and the outcomes it gives (`Outcome(…)`).

    `without` names modules to leave out. What a client makes of an answer's own words is
    not found, nor are statuses.
    """
    return {
        code
        for module in modules_of(package)
        if module.__name__.rpartition(".")[2] not in without
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call)
        for code in _codes_of_call(node, module)
    }


def _codes_of_call(call: ast.Call, module: ModuleType) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "code":
            yield from _words(keyword.value, module)
    failed = isinstance(call.func, ast.Name) and call.func.id == "Outcome"
    if failed and len(call.args) > 1:
        yield from _words(call.args[1], module)


def _words(value: ast.expr, module: ModuleType) -> Iterator[str]:
    """The texts that an expression may be, constants of the module included."""
    match value:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.Name(id=name) if isinstance(getattr(module, name, None), str):
            yield getattr(module, name)
        case ast.BoolOp(values=values):
            for one in values:
                yield from _words(one, module)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _words(body, module)
            yield from _words(orelse, module)
        case _:
            pass
