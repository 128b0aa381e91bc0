"""Paths, keys, scopes and the shape of errors, which all endpoints share."""

from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot
from starlette.types import Message

from replay_mcp.api.endpoints import ENDPOINTS, Endpoint
from replay_mcp.local.app import MAX_BODY_BYTES
from replay_mcp.local.routes import HANDLERS, SESSION_ONLY_PATHS
from replay_mcp.local.store.accounts import SCOPES, NewKey
from tests.conftest import Local
from tests.local.answers import PLAYLISTS, answer, error
from tests.seeding import add_item, add_playlist

pytestmark = pytest.mark.anyio

LEGACY: tuple[str, ...] = ()
FORM = "application/x-www-form-urlencoded"
READ = ("session_recording_playlist:read",)
WRITE = ("session_recording_playlist:write",)


@pytest.fixture
def _playlist(local: Local) -> None:
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "abcdEFGH", name="Checkout"), "session-1")


def path_of(endpoint: Endpoint[Any, Any], environment: str = "1") -> str:
    ids = {"short_id": "abcdEFGH", "session_recording_id": "session-1", "id": "session-1"}
    return f"/api/environments/{environment}{endpoint.path.format(**ids)}/"


def test_every_endpoint_has_a_handler():
    assert set(HANDLERS) == {endpoint.name for endpoint in ENDPOINTS}


@pytest.mark.usefixtures("_playlist")
@pytest.mark.parametrize("prefix", ["environments", "projects"])
@pytest.mark.parametrize("environment", ["1", "@current", "01"])
@pytest.mark.parametrize("slash", ["", "/"])
async def test_both_prefixes_serve_the_same_with_and_without_a_trailing_slash(
    local: Local, prefix: str, environment: str, slash: str
):
    response = await local.http.get(f"/api/{prefix}/{environment}/session_recording_playlists/abcdEFGH{slash}")
    assert (response.status_code, response.json()["name"]) == (200, "Checkout")


@pytest.mark.parametrize("environment", ["2", "abc", "1x", "-1", "1.0", "%D9%A1", "9" * 30, "@other", "%20"])
async def test_an_environment_that_does_not_exist_is_not_found(local: Local, environment: str):
    response = await local.http.get(f"/api/environments/{environment}/session_recording_playlists/")
    assert error(response) == snapshot((404, "invalid_request", "not_found", "Project not found.", None))


async def test_current_is_the_environment_of_the_key_s_user(local: Local):
    async with local.client(NewKey("bo@example.com", 2, scopes=("*",))) as bo:
        body = {"type": "collection", "name": "Bo's"}
        made = (await bo.post("/api/environments/@current/session_recording_playlists/", json=body)).json()
        here = await bo.get(f"/api/environments/2/session_recording_playlists/{made['short_id']}/")
    assert here.json()["name"] == "Bo's"


async def test_current_is_not_found_for_a_user_without_an_environment(local: Local):
    with local.store.connection() as db:
        db.execute("UPDATE user SET current_team_id = NULL")
    response = await local.http.get("/api/projects/@current/session_recording_playlists/")
    assert error(response) == snapshot((404, "invalid_request", "not_found", "Project not found.", None))


async def test_current_without_a_key_is_unauthenticated(local: Local):
    async with local.client(None) as nobody:
        response = await nobody.get("/api/projects/@current/session_recording_playlists/")
    assert response.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/api/environments/1/session_recordings/session.1",
        "/api/environments/1/session_recordings/session%2E1/snapshots",
        "/api/environments/1/session_recording_playlists/abcd.FGH",
        "/api/environments/1/session_recording_playlists/abcdEFGH/recordings/session.1",
        "/api/environments/1/session_recording_playlists/abcdEFGH/recordings/a%2Fb",
        "/api/environments/1/session_recording_playlists/abcdEFGH/elsewhere/",
        "/api/environments/1/unknown/",
        "/api/environments//session_recordings/",
        "/api/organizations/1/session_recordings/",
        "/api/",
        "/elsewhere",
    ],
)
async def test_a_path_that_nothing_serves_is_a_json_404(local: Local, path: str):
    response = await local.http.post(path)
    assert error(response) == snapshot((404, "invalid_request", "not_found", "Endpoint not found.", None))


async def test_an_id_may_contain_any_encoded_character_except_slash_and_dot(local: Local):
    with local.store.connection() as db:
        add_playlist(db, "abcdEFGH")
    added = await local.http.post(f"{PLAYLISTS}/abcdEFGH/recordings/a%3Fb%23c%20%C3%A9")
    with local.store.connection() as db:
        items = [row["session_id"] for row in db.execute("SELECT session_id FROM session_recording_playlist_item")]
    assert (added.status_code, items) == (200, ["a?b#c é"])


@pytest.mark.usefixtures("_playlist")
@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", PLAYLISTS, "GET, POST"),
        ("DELETE", PLAYLISTS, "GET, POST"),
        ("POST", f"{PLAYLISTS}/abcdEFGH", "GET, PATCH, PUT, DELETE"),
        ("DELETE", f"{PLAYLISTS}/abcdEFGH/recordings", "GET"),
        ("GET", f"{PLAYLISTS}/abcdEFGH/recordings/session-1", "POST, DELETE"),
        ("GET", f"{PLAYLISTS}/abcdEFGH/recordings/bulk_add", "POST"),
        ("GET", "/api/environments/1/session_summaries/create_session_summaries_individually", "POST"),
    ],
)
async def test_an_unsupported_method_is_named(local: Local, method: str, path: str, allow: str):
    response = await local.http.request(method, path)
    refusal = (405, "invalid_request", "method_not_allowed", f'Method "{method}" not allowed.', None)
    assert error(response) == refusal
    assert response.headers["allow"] == allow


async def test_an_unsupported_method_is_named_only_with_access_to_the_environment(local: Local):
    async with local.client(None) as nobody:
        assert (await nobody.put(PLAYLISTS)).status_code == 401
    async with local.client(NewKey("bo@example.com", 2, ("*",), organization="Other")) as stranger:
        assert (await stranger.put(PLAYLISTS)).status_code == 403


@pytest.mark.parametrize("raw", ["{", "{'name': 1}", "nothing", '{"a": NaN}', " ", r'{"a": "\ud800"}', b"\xff"])
async def test_a_body_that_is_not_json_is_a_parse_error(local: Local, raw: str | bytes):
    response = await local.http.post(PLAYLISTS, content=raw, headers={"Content-Type": "application/json"})
    status, kind, code, detail, attr = error(response)
    assert (status, kind, code, attr) == snapshot((400, "invalid_request", "parse_error", None))
    assert detail.startswith("JSON parse error - ")


@pytest.mark.parametrize(("raw", "found"), [("[]", "list"), ("5", "int"), ('"a"', "str")])
async def test_json_that_is_not_an_object_is_refused(local: Local, raw: str, found: str):
    response = await local.http.post(PLAYLISTS, content=raw, headers={"Content-Type": "application/json"})
    detail = f"Invalid data. Expected a dictionary, but got {found}."
    assert error(response) == (400, "validation_error", "invalid_input", detail, None)


async def test_null_is_no_data(local: Local):
    response = await local.http.post(PLAYLISTS, content="null", headers={"Content-Type": "application/json"})
    assert error(response) == snapshot((400, "validation_error", "null", "No data provided", None))


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml; charset=utf-8", ""])
async def test_another_media_type_is_unsupported(local: Local, media_type: str):
    response = await local.http.post(PLAYLISTS, content="{}", headers={"Content-Type": media_type})
    detail = f'Unsupported media type "{media_type}" in request.'
    assert error(response) == (415, "invalid_request", "unsupported_media_type", detail, None)


async def test_an_empty_body_is_an_empty_object_whatever_its_media_type(local: Local):
    response = await local.http.post(PLAYLISTS, headers={"Content-Type": "text/plain"})
    assert error(response) == snapshot(
        (
            400,
            "validation_error",
            "invalid_input",
            "Must provide a valid playlist type: either filters or collection",
            None,
        )
    )


async def test_a_form_is_read_as_well_as_json(local: Local):
    form = {"type": "filters", "name": "From a form", "pinned": "on", "filters": '{"date_from": "-7d"}'}
    response = await local.http.post(PLAYLISTS, data=form)
    made = response.json()
    assert (response.status_code, made["name"], made["pinned"], made["filters"]) == snapshot(
        (201, "From a form", True, {"date_from": "-7d"})
    )


async def test_a_multipart_form_is_read_like_another_form_without_its_files(local: Local):
    form = {"type": "filters", "name": "Aus einem Formular: ü", "pinned": "on", "filters": '{"date_from": "-7d"}'}
    response = await local.http.post(PLAYLISTS, data=form, files={"description": ("a.txt", b"of a file")})
    made = response.json()
    assert (response.status_code, made["name"], made["pinned"], made["filters"], made["description"]) == snapshot(
        (201, "Aus einem Formular: ü", True, {"date_from": "-7d"}, "")
    )


@pytest.mark.parametrize("media_type", ["multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_multipart_form_that_does_not_begin_with_its_boundary_is_a_parse_error(local: Local, media_type: str):
    response = await local.http.post(PLAYLISTS, content="--y\r\n", headers={"Content-Type": media_type})
    status, kind, code, detail, attr = error(response)
    assert (status, kind, code, attr) == snapshot((400, "invalid_request", "parse_error", None))
    assert detail.startswith("Multipart form parse error - Invalid boundary in multipart: ")


async def test_a_form_without_a_type_or_with_a_blank_one_lacks_it(local: Local):
    answers = [error(await local.http.post(PLAYLISTS, data=form)) for form in ({"type": ""}, {"name": "x"})]
    answers.append(error(await local.http.post(PLAYLISTS, data={}, headers={"Content-Type": FORM})))
    assert answers == 3 * [
        (
            400,
            "validation_error",
            "invalid_input",
            "Must provide a valid playlist type: either filters or collection",
            None,
        )
    ]


@pytest.mark.usefixtures("_playlist")
@pytest.mark.parametrize(("method", "pinned"), [("PATCH", True), ("PUT", False)])
async def test_a_form_without_a_boolean_leaves_it_in_a_patch_and_clears_it_in_a_put(
    local: Local, method: str, pinned: bool
):
    path = f"{PLAYLISTS}/abcdEFGH"
    await local.http.patch(path, data={"pinned": "true"})
    blank = await local.http.request(method, path, data={"name": "Blank", "pinned": "", "deleted": ""})
    absent = await local.http.request(method, path, data={"name": "Absent"})
    assert [(each.json()["name"], each.json()["pinned"]) for each in (blank, absent)] == [
        ("Blank", True),
        ("Absent", pinned),
    ]


@pytest.mark.usefixtures("_playlist")
async def test_an_operation_that_ignores_its_body_does_not_fail_on_it(local: Local):
    path, item = f"{PLAYLISTS}/abcdEFGH", f"{PLAYLISTS}/abcdEFGH/recordings/session-2"
    headers = {"Content-Type": "application/json"}
    statuses = [
        (await local.http.request(method, url, content="{", headers=headers)).status_code
        for method, url in (("POST", item), ("DELETE", item), ("GET", path))
    ]
    assert statuses == [200, 200, 200]


async def test_a_body_of_more_than_4_mb_is_refused(local: Local):
    response = await local.http.post(PLAYLISTS, content=b" " * (MAX_BODY_BYTES + 1))
    assert answer(response) == snapshot((413, {"error": "The request body has more than 4194304 bytes."}))


async def test_a_crash_is_answered_500_in_the_api_s_form(local: Local, caplog: pytest.LogCaptureFixture):
    with local.store.connection() as db:
        db.execute("DROP TABLE playlist_tally")
    response = await local.http.get(PLAYLISTS)
    assert error(response) == snapshot((500, "server_error", "error", "A server error occurred.", None))
    assert caplog.messages == snapshot(["GET /api/environments/1/session_recording_playlists crashed"])


async def test_a_client_that_leaves_while_it_sends_is_not_answered(local: Local):
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": f"{PLAYLISTS}/",
        "query_string": b"",
        "headers": [],
    }
    await local.app(scope, receive, send)
    assert sent == []


async def test_only_http_is_served(local: Local):
    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(_: Message) -> None:
        raise AssertionError("nothing is to be said")

    with pytest.raises(RuntimeError, match="'lifespan' is not served here"):
        await local.app({"type": "lifespan"}, receive, send)


async def test_the_first_of_several_wrong_fields_is_reported(local: Local):
    response = await local.http.post(PLAYLISTS, json={"type": "tomato", "pinned": "maybe", "name": "x" * 401})
    assert error(response) == snapshot(
        (400, "validation_error", "max_length", "Ensure this field has no more than 400 characters.", "name")
    )


async def test_without_a_key_a_request_is_unauthenticated(local: Local):
    async with local.client(None) as nobody:
        response = await nobody.get(PLAYLISTS)
    assert error(response) == snapshot(
        (
            401,
            "authentication_error",
            "not_authenticated",
            "Authentication credentials were not provided.",
            None,
        )
    )
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "phx_key", ""])
async def test_a_header_that_is_not_a_bearer_token_is_ignored(local: Local, header: str):
    async with local.client(None) as nobody:
        response = await nobody.get(PLAYLISTS, headers={"Authorization": header})
    assert response.json()["code"] == "not_authenticated"


async def test_a_wrong_key_is_refused_and_its_place_named(local: Local):
    wrong = {"personal_api_key": "phx_wrong"}
    async with local.client(None) as nobody:
        responses = [
            await nobody.get(PLAYLISTS, headers={"Authorization": "Bearer phx_wrong"}),
            await nobody.post(PLAYLISTS, json=wrong),
            await nobody.post(PLAYLISTS, data=wrong),
            await nobody.post(PLAYLISTS, json={"personal_api_key": 5}),
            await nobody.get(PLAYLISTS, params=wrong),
        ]
    assert [(response.status_code, response.json()["code"]) for response in responses] == [
        (401, "authentication_failed")
    ] * 5
    assert [response.json()["detail"] for response in responses] == snapshot(
        [
            "Personal API key found in request Authorization header is invalid.",
            "Personal API key found in body is invalid.",
            "Personal API key found in body is invalid.",
            "Personal API key found in body is invalid.",
            "Personal API key found in query string is invalid.",
        ]
    )


async def test_a_key_is_taken_from_the_body_or_the_query_string(local: Local):
    key = {"personal_api_key": local.http.headers["authorization"].removeprefix("Bearer ")}
    async with local.client(None) as nobody:
        statuses = [
            (await nobody.get(PLAYLISTS, params=key)).status_code,
            (await nobody.post(PLAYLISTS, json={"type": "collection"} | key)).status_code,
            (await nobody.post(PLAYLISTS, data={"type": "collection"} | key)).status_code,
            (
                await nobody.post(PLAYLISTS, json={"type": "collection"} | key, headers={"Authorization": "Basic x"})
            ).status_code,
        ]
    assert statuses == [200, 201, 201, 201]


async def test_the_header_wins_over_the_body_and_the_body_over_the_query_string(local: Local):
    right = local.http.headers["authorization"].removeprefix("Bearer ")
    wrong = {"personal_api_key": "phx_wrong"}
    async with local.client(None) as nobody:
        by_header = await local.http.post(PLAYLISTS, params=wrong, json={"type": "collection"} | wrong)
        by_body = await nobody.post(PLAYLISTS, params={"personal_api_key": right}, json=wrong)
    assert (by_header.status_code, by_body.json()["detail"]) == snapshot(
        (201, "Personal API key found in body is invalid.")
    )


async def test_a_broken_body_hides_whether_a_key_was_sent(local: Local):
    async with local.client(None) as nobody:
        response = await nobody.post(PLAYLISTS, content="{", headers={"Content-Type": "application/json"})
    assert response.json()["code"] == "parse_error"


@pytest.mark.usefixtures("_playlist")
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
async def test_each_operation_needs_its_scope(local: Local, endpoint: Endpoint[Any, Any]):
    subject, _, action = endpoint.scope.partition(":")
    other = "session_recording:write" if "playlist" in subject else "session_recording_playlist:write"
    lacking = (other, f"{subject}:read") if action == "write" else (other,)
    async with local.client(NewKey("bo@example.com", 1, lacking)) as bo:
        response = await bo.request(endpoint.method, path_of(endpoint))
    detail = f"API key missing required scope '{endpoint.scope}'"
    assert error(response) == (403, "authentication_error", "permission_denied", detail, None)


@pytest.mark.usefixtures("_playlist")
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
async def test_the_exact_scope_a_wider_one_all_scopes_and_no_scopes_suffice(local: Local, endpoint: Endpoint[Any, Any]):
    wider = endpoint.scope.replace(":read", ":write")
    for scopes in ((endpoint.scope,), (wider if wider in SCOPES else endpoint.scope,), ("*",), LEGACY):
        async with local.client(NewKey("bo@example.com", 1, scopes)) as bo:
            response = await bo.request(endpoint.method, path_of(endpoint))
        assert response.status_code not in {401, 403}


def test_the_scopes_match_the_documentation():
    assert {endpoint.name: endpoint.scope for endpoint in ENDPOINTS} == snapshot(
        {
            "session_recording_playlists_list": "session_recording_playlist:read",
            "session_recording_playlists_create": "session_recording_playlist:write",
            "session_recording_playlists_retrieve": "session_recording_playlist:read",
            "session_recording_playlists_partial_update": "session_recording_playlist:write",
            "session_recording_playlists_destroy": "session_recording_playlist:write",
            "session_recording_playlists_recordings_retrieve": "session_recording_playlist:read",
            "session_recording_playlists_recordings_create": "session_recording_playlist:write",
            "session_recording_playlists_recordings_destroy": "session_recording_playlist:write",
            "session_recording_playlists_recordings_bulk_add_create": "session_recording_playlist:write",
            "session_recording_playlists_recordings_bulk_delete_create": "session_recording_playlist:write",
            "session_recordings_list": "session_recording:read",
            "session_recordings_retrieve": "session_recording:read",
            "session_recordings_partial_update": "session_recording:write",
            "session_recordings_destroy": "session_recording:write",
            "session_recordings_bulk_delete_create": "session_recording:write",
            "session_recordings_snapshots_retrieve": "session_recording:read",
            "create_session_summaries_individually": "session_recording:read",
            "query_create": "query:read",
        }
    )


@pytest.mark.parametrize("path", SESSION_ONLY_PATHS)
async def test_endpoints_for_signed_in_people_refuse_even_a_key_with_all_scopes(local: Local, path: str):
    url = f"/api/environments/1{path.format(short_id='abcdEFGH', id='session-1')}/"
    response = await local.http.post(url)
    assert error(response) == snapshot(
        (
            403,
            "authentication_error",
            "permission_denied",
            "This action does not support Personal API Key access",
            None,
        )
    )
    async with local.client(None) as nobody:
        assert (await nobody.post(url)).status_code == 401


async def test_the_scope_is_checked_before_the_refusal_to_delete(local: Local):
    async with local.client(NewKey("bo@example.com", 1, READ)) as bo:
        response = await bo.delete(f"{PLAYLISTS}/abcdEFGH")
    assert error(response) == snapshot(
        (
            403,
            "authentication_error",
            "permission_denied",
            "API key missing required scope 'session_recording_playlist:write'",
            None,
        )
    )


async def test_a_user_of_another_organisation_has_no_access(local: Local):
    async with local.client(NewKey("bo@example.com", 2, ("*",), organization="Other")) as stranger:
        response = await stranger.get(PLAYLISTS)
    assert error(response) == snapshot(
        (403, "authentication_error", "permission_denied", "You don't have access to the project.", None)
    )


async def test_a_legacy_key_has_no_access_to_another_organisation_either(local: Local):
    async with local.client(NewKey("bo@example.com", 2, LEGACY, organization="Other")) as stranger:
        assert (await stranger.get(PLAYLISTS)).status_code == 403


@pytest.mark.usefixtures("_playlist")
async def test_a_playlist_of_another_environment_of_the_organisation_is_not_found(local: Local):
    async with local.client(NewKey("you@localhost.local", 2, ("*",))) as other:
        response = await other.get("/api/environments/2/session_recording_playlists/abcdEFGH/")
    assert error(response) == snapshot((404, "invalid_request", "not_found", "Not found.", None))


async def test_a_key_restricted_to_an_environment_works_there_only(local: Local):
    async with local.client(NewKey("you@localhost.local", 1, ("*",), restricted=True)) as restricted:
        assert (await restricted.get(PLAYLISTS)).status_code == 200
        async with local.client(NewKey("you@localhost.local", 2, ("*",))) as both:
            assert (await both.get(PLAYLISTS)).status_code == 200
        response = await restricted.get("/api/environments/2/session_recording_playlists/")
    assert error(response) == snapshot(
        (
            403,
            "authentication_error",
            "permission_denied",
            "API key does not have access to the requested project: ID 2.",
            None,
        )
    )


async def test_a_key_restricted_to_an_organisation_works_there_only(local: Local):
    async with local.client(NewKey("you@localhost.local", 1, ("*",), organization_only=True)) as restricted:
        assert (await restricted.get(PLAYLISTS)).status_code == 200
        with local.store.connection() as db:
            db.execute("INSERT INTO organization VALUES ('0190-other', 'Other')")
            db.execute("INSERT INTO team (id, organization_id, name, api_token) VALUES (2, '0190-other', 'B', 'b')")
        response = await restricted.get("/api/environments/2/session_recording_playlists/")
    assert error(response) == snapshot(
        (
            403,
            "authentication_error",
            "permission_denied",
            "API key does not have access to the requested organization: ID 0190-other.",
            None,
        )
    )


async def test_a_restriction_is_reported_before_a_missing_scope_and_that_before_an_unknown_environment(local: Local):
    def details(responses: list[httpx2.Response]) -> list[str]:
        return [response.json()["detail"] for response in responses]

    async with (
        local.client(NewKey("you@localhost.local", 2, ("session_recording:read",), restricted=True)) as restricted,
        local.client(NewKey("you@localhost.local", 1, ("session_recording:read",))) as unrestricted,
    ):
        messages = details([await restricted.get(PLAYLISTS), await unrestricted.get(PLAYLISTS.replace("1", "99"))])
    assert messages == snapshot(
        [
            "API key does not have access to the requested project: ID 1.",
            "API key missing required scope 'session_recording_playlist:read'",
        ]
    )


async def test_a_legacy_key_without_scopes_ignores_its_restriction(local: Local):
    async with local.client(NewKey("you@localhost.local", 2, LEGACY, restricted=True)) as legacy:
        assert (await legacy.get(PLAYLISTS)).status_code == 200
