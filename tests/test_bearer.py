"""The token file, and ASGI connections other than requests."""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from replay_mcp.errors import SettingsError
from replay_mcp.transports.bearer import BearerAuth, read_token

pytestmark = pytest.mark.anyio
TOKEN = "Zo7-usual_token.of/32+chars~long="


@pytest.mark.parametrize(
    "content",
    [
        TOKEN.encode(),
        f"{TOKEN}\n".encode(),
        f" \t{TOKEN}\r\n\r\n".encode(),
        f"\ufeff{TOKEN}\n".encode(),  # the byte order mark that Windows editors write
        b"!" * 16,
        b"~" * 500,
    ],
)
def test_white_space_around_a_token_is_stripped(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    assert read_token(file).get_secret_value() == content.decode("utf-8-sig").strip()


def refusal(file: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_token(file)
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, OSError)
    return [caught.value.why.replace(str(file.parent), "DIR"), caught.value.next]


def test_a_file_without_a_usable_token_is_refused_without_showing_its_content(tmp_path: Path) -> None:
    contents = {
        "empty": b"",
        "blank": b" \n\n",
        "short": b"hunter2hunter2!",
        "long": b"hunter2" * 72,
        "two-lines": b"hunter2hunter2hunter2\nhunter2hunter2hunter2\n",
        "spaces": b"hunter2 hunter2 hunter2",
        "accents": "hünter2hünter2hünter2".encode(),
        "control": b"hunter2hunter2\x00hunter2",
        "utf-16": "hunter2hunter2hunter2".encode("utf-16"),
        "latin-1": "hünter2hünter2hünter2".encode("latin-1"),
        "huge": b"hunter2hunter2hunter2" + b" " * 5_000,
    }
    messages: dict[str, str] = {}
    for name, content in contents.items():
        file = tmp_path / name
        file.write_bytes(content)
        messages[name], how = refusal(file)
        assert "unter2" not in messages[name]
        assert how == (
            'Create a token file: python -c "import secrets; print(secrets.token_urlsafe(32))" > replay-token'
        )
    assert messages == snapshot(
        {
            "empty": "The file 'DIR/empty' of --auth-token-file is empty.",
            "blank": "The file 'DIR/blank' of --auth-token-file is empty.",
            "short": "The file 'DIR/short' of --auth-token-file has a token of 15 characters; use 16 to 500.",
            "long": "The file 'DIR/long' of --auth-token-file has a token of 504 characters; use 16 to 500.",
            "two-lines": "The file 'DIR/two-lines' of --auth-token-file has a token with spaces, line breaks or non-ASCII characters.",
            "spaces": "The file 'DIR/spaces' of --auth-token-file has a token with spaces, line breaks or non-ASCII characters.",
            "accents": "The file 'DIR/accents' of --auth-token-file has a token with spaces, line breaks or non-ASCII characters.",
            "control": "The file 'DIR/control' of --auth-token-file has a token with spaces, line breaks or non-ASCII characters.",
            "utf-16": "The file 'DIR/utf-16' of --auth-token-file is not UTF-8 text (older versions of PowerShell write UTF-16).",
            "latin-1": "The file 'DIR/latin-1' of --auth-token-file is not UTF-8 text (older versions of PowerShell write UTF-16).",
            "huge": "The file 'DIR/huge' of --auth-token-file has more than 4096 bytes.",
        }
    )


def test_an_unreadable_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    assert [refusal(tmp_path / name)[0] for name in ("missing", "directory")] == snapshot(
        [
            "The file 'DIR/missing' of --auth-token-file cannot be read: No such file or directory.",
            "The file 'DIR/directory' of --auth-token-file cannot be read: Is a directory.",
        ]
    )


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless file")
def test_an_endless_file_is_not_read_to_its_end() -> None:
    assert refusal(Path("/dev/zero"))[0] == snapshot(
        "The file 'DIR/zero' of --auth-token-file has more than 4096 bytes."
    )


async def test_a_websocket_is_closed_before_the_app_sees_it_even_with_the_token() -> None:
    async def accept(websocket: WebSocket) -> None:
        await websocket.accept()

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    sent: list[MutableMapping[str, Any]] = []
    app = BearerAuth(Starlette(routes=[WebSocketRoute("/mcp", accept)]), SecretStr(TOKEN))
    headers = [(b"authorization", f"Bearer {TOKEN}".encode())]
    scope = {"type": "websocket", "path": "/mcp", "query_string": b"", "headers": headers, "subprotocols": []}
    await app(scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
