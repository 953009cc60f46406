"""Every kind of value a verb can take: what is read, and with which code the rest is refused."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, BeforeValidator, TypeAdapter, ValidationError

from ivr.flow import fields
from ivr.flow.expressions import Expression
from ivr.flow.fields import (
    Condition,
    Fields,
    ListenFields,
    PromptName,
    Reference,
    ShapeError,
    Short,
    Strict,
    Target,
    Valued,
    VarName,
    read_condition,
    read_valued,
    reference,
    valued,
)


def reader(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - an annotation
    """Reads one value of a kind, as a field of it would."""
    return TypeAdapter(kind)


def refused(kind: Any, value: object) -> tuple[str, str, int]:  # noqa: ANN401 - an annotation
    """Code, message and offset with which a value is refused."""
    with pytest.raises(ValidationError) as caught:
        reader(kind).validate_python(value)
    error = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(error, ShapeError)
    return error.code, str(error), error.offset


GOOD: list[tuple[Any, object, object]] = [
    (fields.Seconds, "90s", 90.0),
    (fields.Seconds, "1m30s", 90.0),
    (fields.Seconds, "250ms", 0.25),
    (fields.Flag, "true", True),
    (fields.Flag, "false", False),
    (fields.Whole, "0", 0),
    (fields.Whole, "999999999", 999_999_999),
    (fields.DigitRange, "4", (4, 4)),
    (fields.DigitRange, "3-5", (3, 5)),
    (fields.Prompt, "welcome", "welcome"),
    (fields.Prompts, "welcome", ("welcome",)),
    (fields.Prompts, ["a", "b"], ("a", "b")),
    (fields.Prompts, [], ()),
    (fields.Rungs, "help", (("help",),)),
    (fields.Rungs, ["a", ["b", "c"]], (("a",), ("b", "c"))),
    (fields.Exit, "exit.done", "exit.done"),
    (fields.Variable, "number", "number"),
    (fields.EndKey, "#", "#"),
    (fields.EndKey, "*", "*"),
    (fields.Key, "12*#", "12*#"),
    (fields.Key, "0" * 32, "0" * 32),
    (fields.Tries, "1", 1),
    (fields.Tries, "5", 5),
    (fields.Test, None, None),
]
BAD: list[tuple[Any, object, str, str]] = [
    (fields.Seconds, "90", "F103", "is not a duration"),
    (fields.Seconds, ["90s"], "F103", "one value is wanted here"),
    (fields.Flag, "yes", "F106", "write true"),
    (fields.Flag, {"a": "true"}, "F103", "one value is wanted here"),
    (fields.Whole, "-1", "F103", "is not a whole number"),
    (fields.Whole, "1.5", "F103", "is not a whole number"),
    (fields.Whole, "", "F103", "is not a whole number"),
    (fields.Whole, "٣", "F103", "is not a whole number"),
    (fields.Whole, "1234567890", "F103", "is not a whole number"),
    (fields.DigitRange, "a-b", "F103", ""),
    (fields.DigitRange, "5-3", "F408", ""),
    (fields.Prompt, ["a"], "F103", "one value is wanted here"),
    (fields.Prompts, [{"a": "b"}], "F103", "one value is wanted here"),
    (fields.Rungs, [["a", ["b"]]], "F103", "one value is wanted here"),
    (fields.Exit, {"go": "a"}, "F103", "one value is wanted here"),
    (fields.Variable, None, "F103", "one value is wanted here"),
    (fields.EndKey, "0", "F103", 'write "#" or "*"'),
    (fields.EndKey, "##", "F103", 'write "#" or "*"'),
    (fields.Key, "a", "F103", "is not a key"),
    (fields.Key, "", "F103", "is not a key"),
    (fields.Key, "0" * 33, "F103", "is not a key"),
    (fields.Key, "٣", "F103", "is not a key"),
    (fields.Tries, "0", "F409", "tries is 0; 1 to 5"),
    (fields.Tries, "6", "F409", "tries is 6; 1 to 5"),
    (fields.Tries, "many", "F103", "is not a whole number"),
    (fields.Test, "1 +", "F301", ""),
    (fields.Test, ["a"], "F103", "one value is wanted here"),
    (valued("text"), ["a"], "F103", "one value is wanted here"),
    (valued("text"), "=1 +", "F301", ""),
    (reference("queues"), ["a"], "F103", "one value is wanted here"),
]


@pytest.mark.parametrize(("kind", "written", "value"), GOOD)
def test_a_value_of_the_right_shape_is_read(kind: Any, written: object, value: object) -> None:  # noqa: ANN401
    assert reader(kind).validate_python(written) == value


@pytest.mark.parametrize(("kind", "written", "code", "told"), BAD)
def test_a_value_of_the_wrong_shape_is_refused_with_its_code(
    kind: Any,  # noqa: ANN401 - an annotation
    written: object,
    code: str,
    told: str,
) -> None:
    found, message, _offset = refused(kind, written)
    assert found == code
    assert told in message


@pytest.mark.parametrize(
    ("kind", "name_class"),
    [(fields.Prompt, PromptName), (fields.Exit, Target), (fields.Variable, VarName)],
)
def test_a_name_knows_what_it_names(kind: Any, name_class: type) -> None:  # noqa: ANN401
    assert type(reader(kind).validate_python("a")) is name_class


def test_prompts_of_a_chain_and_of_rungs_know_that_they_are_prompts() -> None:
    (first,) = reader(fields.Prompts).validate_python("a")
    ((deep,),) = reader(fields.Rungs).validate_python("a")
    assert (type(first), type(deep)) == (PromptName, PromptName)


def test_literal_and_expression_are_told_apart_by_the_equals_sign() -> None:
    literal = read_valued("12", "number")
    assert (literal.literal, literal.expression, literal.wants) == ("12", None, "number")
    computed = read_valued("=a + 1", "number", optional=True)
    assert isinstance(computed.expression, Expression)
    assert (computed.expression.text, computed.literal) == ("a + 1", None)
    assert (computed.text, computed.optional) == ("=a + 1", True)


def test_two_equals_signs_are_one_that_is_meant() -> None:
    assert read_valued("==a") == Valued("==a", literal="=a")


def test_a_mistake_in_an_expression_is_counted_from_the_equals_sign() -> None:
    with pytest.raises(ShapeError) as bare:
        read_condition("a ++ b")
    with pytest.raises(ShapeError) as marked:
        read_valued("=a ++ b")
    assert marked.value.code == bare.value.code == "F301"
    assert marked.value.offset == bare.value.offset + 1


def test_a_condition_is_a_bare_expression() -> None:
    found = read_condition("hours.door.open and not vip")
    assert isinstance(found, Condition)
    assert found.text == "hours.door.open and not vip"
    assert read_condition(found) is found
    assert read_condition(None) is None


def test_a_field_of_a_type_tells_which_and_takes_a_value_that_was_read_before() -> None:
    found = reader(valued("money", optional=True)).validate_python("12.50")
    assert found == Valued("12.50", "money", literal="12.50", optional=True)
    assert reader(valued("money")).validate_python(found) is found


def test_a_reference_knows_its_kind() -> None:
    found = reader(reference("queues")).validate_python("desk")
    assert found == Reference("queues", "desk")
    assert reader(reference("queues")).validate_python(found) is found


def test_values_that_are_no_text_pass_as_they_are() -> None:
    assert reader(fields.Whole).validate_python(3) == 3
    assert reader(fields.Seconds).validate_python(1.5) == 1.5
    assert reader(fields.Flag).validate_python(True) is True
    assert reader(fields.DigitRange).validate_python((3, 5)) == (3, 5)


def test_a_shape_error_says_what_and_where() -> None:
    error = ShapeError("F103", "not so", 4)
    assert (error.code, str(error), error.offset) == ("F103", "not so", 4)
    assert ShapeError("F103", "not so").offset == 0


def test_every_step_may_have_a_condition_and_nothing_unknown() -> None:
    assert Fields().only is None
    with pytest.raises(ValidationError, match="Extra inputs"):
        Fields.model_validate({"other": "a"})
    with pytest.raises(ValidationError, match="frozen"):
        Fields().only = None  # type: ignore[misc]


def test_of_listening_nothing_is_known_unless_written() -> None:
    assert set(ListenFields().model_dump().values()) == {None}
    text = {"first": "4s", "tries": "2", "end_key": "#", "barge_in": "false"}
    found = ListenFields.model_validate(text)
    assert (found.first, found.tries, found.end_key, found.barge_in) == (4.0, 2, "#", False)
    assert found.between is None


def test_a_map_that_may_be_one_text_is_shown_as_either_to_editors() -> None:
    class Choice(Strict):
        go: fields.Exit

    class Menu(BaseModel):
        choice: Annotated[
            Choice, BeforeValidator(lambda v: {"go": v} if isinstance(v, str) else v), Short()
        ]

    assert Menu.model_validate({"choice": "a"}) == Menu.model_validate({"choice": {"go": "a"}})
    shown = Menu.model_json_schema()["properties"]["choice"]["anyOf"]
    assert shown[0] == {"type": "string"}
    assert len(shown) == 2


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (fields.Flag, {"type": "boolean"}),
        (fields.Whole, {"type": "integer"}),
        (fields.Tries, {"type": "integer", "minimum": 1, "maximum": 5}),
        (fields.EndKey, {"enum": ["#", "*"]}),
        (fields.Test, {"type": "string"}),
        (valued("text"), {"type": ["string", "number", "boolean"]}),
        (reference("queues"), {"type": "string"}),
    ],
)
def test_editors_are_told_what_may_be_written(kind: Any, schema: object) -> None:  # noqa: ANN401
    assert reader(kind).json_schema() == schema
