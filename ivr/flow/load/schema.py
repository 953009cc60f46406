"""The JSON Schema (draft 2020-12) of a flow file, for editors; made from the same models.

It knows the shape of every step, but no names: that is for the checker. Values are written as YAML
1.2 reads them, so a field that takes a number also takes its text.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic.json_schema import GenerateJsonSchema

from ivr.flow.load.heads import HeadFields
from ivr.flow.load.steps import MOST_NODES, MOST_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaValue, JsonSchemaWarningKind
    from pydantic_core.core_schema import DictSchema, NullableSchema, WithDefaultSchema

    from ivr.flow.fields import Fields
    from ivr.flow.spec import VerbSpec

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NAME = {"pattern": "^[a-z][a-z0-9_]{0,39}$"}
_REFS = "#/$defs/{model}"


class _Quiet(GenerateJsonSchema):
    """Plain schemas: no null (nothing in a file is), no titles, no default that says nothing."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {  # noqa: RUF012 - as pydantic has it
        "skipped-choice",
        "non-serializable-default",
    }

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        """What may be left out is no null when it is written."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        """Only defaults that an author could have written."""
        plain = isinstance(schema.get("default"), (bool, int, float, str))
        return super().default_schema(schema) if plain else self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401 - as pydantic
        """The name of a field says enough."""
        return False

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        """A key that does not look like one is a mistake, not something else that is allowed."""
        made = super().dict_schema(schema)
        for pattern, value in made.pop("patternProperties", {}).items():
            made |= {"propertyNames": {"pattern": pattern}, "additionalProperties": value}
        return made


def flow_schema(specs: Mapping[str, VerbSpec]) -> dict[str, Any]:
    """The schema of a whole flow file."""
    definitions: dict[str, Any] = {}
    whole = _model(HeadFields, definitions)
    steps = [_step(spec, definitions) for spec in specs.values()]
    definitions["step"] = {"anyOf": [{"const": "hangup"}, *steps]}
    whole["properties"]["nodes"] = {
        "type": "object",
        "propertyNames": _NAME,
        "maxProperties": MOST_NODES,
        "additionalProperties": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_STEPS,
            "items": {"$ref": "#/$defs/step"},
        },
    }
    for field in ("vars", "inputs", "outputs"):
        whole["properties"][field]["propertyNames"] = _NAME
    return {"$schema": DRAFT, "title": "IVR flow", **whole, "$defs": definitions}


def _model(model: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of one model; what it refers to goes to the definitions."""
    made = model.model_json_schema(by_alias=True, ref_template=_REFS, schema_generator=_Quiet)
    definitions.update(made.pop("$defs", {}))
    return made


def _step(spec: VerbSpec, definitions: dict[str, Any]) -> dict[str, Any]:
    """One verb: its fields, of which the exits that must be written are required."""
    made = _model(spec.fields, definitions)
    needed = [spec.name, *made.get("required", ()), *_exits_needed(spec)]
    made["required"] = list(dict.fromkeys(needed))
    definitions[f"verb_{spec.name}"] = made
    if spec.name == "hangup":
        made["properties"]["hangup"] = {"anyOf": [made["properties"]["hangup"], {"type": "null"}]}
    return {"$ref": f"#/$defs/verb_{spec.name}"}


def _exits_needed(spec: VerbSpec) -> tuple[str, ...]:
    """The exits that must be written whatever the other fields say."""
    each = [frozenset(spec.exits(fields).unwritten) for fields in _examples(spec.fields)]
    return tuple(sorted(frozenset.intersection(*each)))


def _examples(model: type[Fields]) -> Iterator[Fields]:
    """Steps without a single exit, one for each combination of the verb's choices."""
    choices = {
        name: get_args(info.annotation)
        for name, info in model.model_fields.items()
        if get_origin(info.annotation) is Literal
    }
    blank = {name: () for name, info in model.model_fields.items() if info.is_required()}
    for values in itertools.product(*choices.values()):
        chosen = dict(zip(choices, values, strict=True))
        yield model.model_construct(**{**blank, **chosen})
