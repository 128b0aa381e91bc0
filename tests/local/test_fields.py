"""Body fields, with the codes and messages of the live server."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from inline_snapshot import snapshot

from replay_mcp.api.params import ApiRequest, PlaylistCreate, RecordingUpdate, SummariesCreate
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.http.fields import (
    BooleanField,
    ChoiceField,
    Field,
    Form,
    JsonField,
    ListField,
    TextField,
    validate,
)
from replay_mcp.local.playlists.handlers import FIELDS
from replay_mcp.local.recordings.handlers import UPDATE_FIELDS
from replay_mcp.local.recordings.summaries import CREATE_FIELDS


def form_of(encoded: str) -> Form:
    return Form(parse_qsl(encoded, keep_blank_values=True))


def refusal(field: Field, value: Any) -> tuple[str, str, str | None]:
    """Code, detail and attr of the error for a value of the field `x`."""
    with pytest.raises(ApiFailure) as failure:
        validate({"x": value}, {"x": field})
    body = failure.value.body
    assert (failure.value.status, body["type"] if body else None) == (400, "validation_error")
    return (body["code"], body["detail"], body["attr"]) if body else ("", "", None)


def test_text_is_trimmed_and_numbers_are_accepted_as_text():
    texts = [validate({"x": value}, {"x": TextField(blank=True)})["x"] for value in ("  a b ", "", "  ", 5, 1.5)]
    assert texts == snapshot(["a b", "", "", "5", "1.5"])


def test_each_way_a_text_can_be_wrong_has_its_own_code():
    wrong = [
        refusal(TextField(), None),
        refusal(TextField(), " "),
        refusal(TextField(max_length=3), "four"),
        refusal(TextField(), True),
        refusal(TextField(), ["a"]),
        refusal(TextField(), "a\x00b"),
    ]
    assert wrong == snapshot(
        [
            ("null", "This field may not be null.", "x"),
            ("blank", "This field may not be blank.", "x"),
            ("max_length", "Ensure this field has no more than 3 characters.", "x"),
            ("invalid_input", "Not a valid string.", "x"),
            ("invalid_input", "Not a valid string.", "x"),
            ("null_characters_not_allowed", "Null characters are not allowed.", "x"),
        ]
    )


def test_null_is_a_value_only_where_the_field_allows_it():
    assert validate({"x": None}, {"x": TextField(null=True)}) == {"x": None}
    assert refusal(BooleanField(), None) == snapshot(("null", "This field may not be null.", "x"))


@pytest.mark.parametrize("value", [True, 1, "1", "true", "True", "TRUE", "t", "yes", "on", "Y"])
def test_true_has_many_spellings(value: Any):
    assert validate({"x": value}, {"x": BooleanField()}) == {"x": True}


@pytest.mark.parametrize("value", [False, 0, 0.0, "0", "false", "FALSE", "f", "no", "off", "N"])
def test_false_has_many_spellings(value: Any):
    assert validate({"x": value}, {"x": BooleanField()}) == {"x": False}


@pytest.mark.parametrize("value", ["", "maybe", 2, [], {}])
def test_anything_else_is_not_a_boolean(value: Any):
    assert refusal(BooleanField(), value) == snapshot(("invalid_input", "Must be a valid boolean.", "x"))


def test_an_unknown_choice_is_quoted_back():
    field = ChoiceField(words=("collection", "filters"))
    assert validate({"x": "filters"}, {"x": field}) == {"x": "filters"}
    assert [refusal(field, "tomato"), refusal(field, ""), refusal(field, 5)] == snapshot(
        [
            ("invalid_choice", '"tomato" is not a valid choice.', "x"),
            ("invalid_choice", '"" is not a valid choice.', "x"),
            ("invalid_choice", '"5" is not a valid choice.', "x"),
        ]
    )


def test_a_list_is_checked_element_by_element_before_its_length():
    field = ListField(item=TextField(), min_length=1, max_length=2)
    assert validate({"x": ["a", "b"]}, {"x": field}) == {"x": ["a", "b"]}
    wrong = [refusal(field, value) for value in ("a", {"a": 1}, 5, [], ["a", "b", "c"], ["a", None], ["a", "b", " "])]
    assert wrong == snapshot(
        [
            ("not_a_list", 'Expected a list of items but got type "str".', "x"),
            ("not_a_list", 'Expected a list of items but got type "dict".', "x"),
            ("not_a_list", 'Expected a list of items but got type "int".', "x"),
            ("min_length", "Ensure this field has at least 1 elements.", "x"),
            ("max_length", "Ensure this field has no more than 2 elements.", "x"),
            ("null", "This field may not be null.", "x__1"),
            ("blank", "This field may not be blank.", "x__2"),
        ]
    )


def test_an_absent_field_is_left_out_unless_it_is_required():
    assert validate({}, {"x": TextField()}) == {}
    with pytest.raises(ApiFailure) as failure:
        validate({}, {"x": TextField(required=True)})
    assert failure.value.body == snapshot(
        {"type": "validation_error", "code": "required", "detail": "This field is required.", "attr": "x"}
    )


def test_only_the_first_wrong_field_is_reported_in_the_order_of_the_fields():
    with pytest.raises(ApiFailure) as failure:
        validate({"b": None, "a": None}, {"a": TextField(), "b": TextField()})
    assert failure.value.body is not None
    assert failure.value.body["attr"] == "a"


def test_json_is_kept_as_it_is_down_to_a_hundred_levels():
    deep: Any = "bottom"
    for _ in range(100):
        deep = [deep]
    value = {"a": [1, None, {"b": True}], "deep": deep[0]}
    assert validate({"x": value}, {"x": JsonField()}) == {"x": value}
    assert refusal(JsonField(), [deep]) == snapshot(
        ("invalid_input", "Ensure this value has no more than 100 levels of nesting.", "x")
    )


def test_a_form_sends_text_json_as_text_and_lists_as_repeated_fields():
    form = form_of("name=+a&name=b&pinned=true&filters=%7B%22a%22%3A1%7D&ids=1&ids=2&empty=")
    fields = {
        "name": TextField(),
        "pinned": BooleanField(),
        "filters": JsonField(),
        "ids": ListField(item=TextField()),
        "empty": TextField(blank=True),
    }
    assert validate(form, fields) == snapshot(
        {"name": "b", "pinned": True, "filters": {"a": 1}, "ids": ["1", "2"], "empty": ""}
    )


def test_a_forms_json_field_must_hold_json():
    with pytest.raises(ApiFailure) as failure:
        validate(form_of("x={"), {"x": JsonField()})
    assert failure.value.body == snapshot(
        {"type": "validation_error", "code": "invalid_input", "detail": "Value must be valid JSON.", "attr": "x"}
    )


def test_a_blank_form_field_is_null_text_or_absent_as_the_field_allows():
    fields = {
        "flag": BooleanField(),
        "nullable": ChoiceField(null=True, words=("a",)),
        "text": TextField(null=True, blank=True),
        "choice": ChoiceField(words=("a",)),
    }
    assert validate(form_of("flag=&nullable=&text=&choice="), fields) == snapshot({"nullable": None, "text": ""})


def test_a_required_form_field_must_not_be_blank():
    with pytest.raises(ApiFailure) as failure:
        validate(form_of("x="), {"x": ChoiceField(required=True, words=("a",))})
    assert failure.value.body == snapshot(
        {"type": "validation_error", "code": "invalid_choice", "detail": '"" is not a valid choice.', "attr": "x"}
    )


def test_a_boolean_that_a_whole_form_leaves_out_is_false():
    fields = {"x": BooleanField(), "y": TextField()}
    assert [validate(form_of("z=1"), fields, partial=partial) for partial in (False, True)] == snapshot(
        [{"x": False}, {}]
    )


@pytest.mark.parametrize(
    ("encoded", "ids"),
    [
        ("ids=b&ids=a&ids[0]=c", ["b", "a"]),
        ("ids[10]=c&ids[2]=b&ids[0]=a&ids[00]=z", ["z", "b", "c"]),
        ("ids[]=a&ids[x]=b&ids=", [""]),
    ],
)
def test_a_form_list_is_a_repeated_field_or_numbered_ones(encoded: str, ids: list[str]):
    assert validate(form_of(encoded), {"ids": ListField(item=TextField(blank=True))}) == {"ids": ids}


@pytest.mark.parametrize("encoded", ["ids[]=a", "ids[-1]=a", "x_ids[0]=a", ""])
def test_a_form_list_under_another_name_is_absent(encoded: str):
    assert validate(form_of(encoded), {"ids": ListField(item=TextField())}) == {}


def test_an_object_in_a_form_list_is_no_text():
    with pytest.raises(ApiFailure) as failure:
        validate(form_of("ids[0]=a&ids[1]name=b&ids[1]age=c"), {"ids": ListField(item=TextField())})
    assert failure.value.body == snapshot(
        {"type": "validation_error", "code": "invalid_input", "detail": "Not a valid string.", "attr": "ids__1"}
    )


def test_a_number_that_is_not_finite_is_no_json():
    assert refusal(JsonField(), {"a": [1e400]}) == snapshot(("invalid_input", "Value must be valid JSON.", "x"))


def bounds_of_parameter(schema: dict[str, Any]) -> dict[str, Any]:
    [value] = [variant for variant in schema.get("anyOf", [schema]) if variant.get("type") != "null"] or [{}]
    return {name: value[name] for name in ("maxLength", "minItems", "maxItems", "enum") if name in value}


def bounds_of_field(field: Field) -> dict[str, Any]:
    match field:
        case TextField():
            bounds = {"maxLength": field.max_length}
        case ListField():
            bounds = {"minItems": field.min_length, "maxItems": field.max_length}
        case ChoiceField():
            bounds = {"enum": list(field.words)}
        case _:
            bounds = {}
    return {name: bound for name, bound in bounds.items() if bound is not None}


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [(PlaylistCreate, FIELDS), (RecordingUpdate, UPDATE_FIELDS), (SummariesCreate, CREATE_FIELDS)],
)
def test_bodies_have_the_fields_bounds_and_choices_of_the_api_s_parameters(
    parameters: type[ApiRequest], fields: dict[str, Field]
):
    properties = parameters.model_json_schema()["properties"]
    expected = {name: bounds_of_parameter(schema) for name, schema in properties.items() if name != "id"}
    assert {name: bounds_of_field(field) for name, field in fields.items()} == expected
