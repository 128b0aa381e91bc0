"""Which pages in browsers may use the MCP server."""

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from replay_mcp.cli.network_access import transport_security, with_cors

pytestmark = pytest.mark.anyio
ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
ORIGINS = [
    "http://localhost:6274",
    "http://127.0.0.1:1",
    "http://[::1]:1",
    "https://app.example",
    "https://evil.example",
]


@pytest.mark.parametrize(
    ("bind", "hosts", "has_token", "accepted"),
    [
        ("127.0.0.1", [], False, []),
        ("127.0.0.1", ["app.example"], False, ["https://app.example"]),
        ("127.0.0.1", ["localhost:6274"], False, ["http://localhost:6274"]),
        ("127.0.0.1", ["app.example:8000"], False, []),
        ("127.0.0.1", [], True, ["http://localhost:6274", "http://127.0.0.1:1", "http://[::1]:1"]),
        ("0.0.0.0", ["app.example"], True, ORIGINS[:4]),
        ("0.0.0.0", [], True, ORIGINS),
    ],
)
async def test_pages_of_named_hosts_may_use_the_server_and_with_a_token_those_of_all_accepted_origins(
    bind: str, hosts: list[str], has_token: bool, accepted: list[str]
) -> None:
    refusal = PlainTextResponse("no preflight", 405)
    app = with_cors(refusal, transport_security(bind, hosts), hosts, has_token=has_token)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://replay.test") as http:
        found = {origin: await http.options("/mcp", headers=ASK | {"Origin": origin}) for origin in ORIGINS}
    assert [origin for origin, response in found.items() if response.status_code == 200] == accepted
    assert all(
        "access-control-allow-origin" not in found[origin].headers for origin in ORIGINS if origin not in accepted
    )
