"""Which ids are looked up, and under which names tools accept them."""

import pytest

from replay_mcp.reading.exact_ids import is_inexact
from replay_mcp.server.arguments import normalized

ID = "01a1f82f-1e80-7abc-8def-000000000001"


@pytest.mark.parametrize(
    ("id", "inexact"),
    [
        (ID, False),
        (ID.upper(), True),
        (ID[:8], True),
        (ID[:9], True),
        (ID[:35], True),
        (ID[:7], False),
        (ID + "0", False),
        (ID.replace("-", ""), False),
        ("checkout", False),
        ("0197\u0665f7e", False),
    ],
)
def test_only_parts_of_uuids_and_upper_case_are_looked_up(id: str, inexact: bool) -> None:
    assert is_inexact(id) is inexact


def test_ids_are_not_renamed_where_two_names_could_mean_them() -> None:
    schema = {"properties": {"ids": {"type": "array"}}}
    for arguments in ({"id": "a", "session_id": "b"}, {"ids": ["a"], "id": "b"}):
        assert normalized(arguments, schema) == arguments
    assert normalized({"ids": None, "id": "a"}, schema) == {"ids": ["a"]}
