"""Messages contain no class names and no texts of exceptions that other libraries raised."""

import ast
from collections.abc import Iterator
from pathlib import Path

from inline_snapshot import snapshot

import replay_mcp

PACKAGE = Path(replay_mcp.__file__).parent


def is_class_name(node: ast.AST) -> bool:
    """Whether the node is `type(x).__name__`."""
    match node:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="type")), attr="__name__" | "__qualname__"):
            return True
        case _:
            return False


def shown_exceptions(handler: ast.ExceptHandler) -> Iterator[ast.AST]:
    """Yield the nodes that convert a handler's whole exception to text: `{error!r}`, `repr(error)`."""
    for node in ast.walk(handler):
        match node:
            case ast.FormattedValue(value=ast.Name(id=name), conversion=114) if name == handler.name:
                yield node
            case ast.Call(func=ast.Name(id="repr"), args=[ast.Name(id=name)]) if name == handler.name:
                yield node
            case _:
                pass


def found(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if not any(part in text for part in ("__name__", "__qualname__", "!r}", "repr(")):
        return []
    every = list(ast.walk(ast.parse(text)))
    nodes: list[ast.AST] = [node for node in every if is_class_name(node)]
    nodes += [each for node in every if isinstance(node, ast.ExceptHandler) for each in shown_exceptions(node)]
    return [ast.unparse(node) for node in nodes]


def test_only_the_texts_that_imitate_the_live_server_name_types() -> None:
    places = {path.relative_to(PACKAGE).as_posix(): found(path) for path in sorted(PACKAGE.rglob("*.py"))}
    assert {name: texts for name, texts in places.items() if texts} == snapshot(
        {"local/http/fields.py": ["type(value).__name__"], "local/http/request_body.py": ["type(self.value).__name__"]}
    )
