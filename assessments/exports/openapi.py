"""The OpenAPI 3.1 document of the API, from the descriptions that its answers are made of."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.exports.api import RESOURCES, VERSION, Parameter, Resource
from assessments.exports.table import Column, Kind

OPS = {"type": "string", "enum": ["=", "<=", ">="]}
FORMS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.SHOWN: {"type": "boolean"},
    Kind.MEAN: {"type": "object", "properties": {"op": OPS, "value": {"type": "number"}}, "required": ["op", "value"]},
    Kind.SHARE: {
        "type": ["object", "null"],
        "properties": {"op": OPS, "value": {"type": "integer"}},
        "required": ["op", "value"],
    },
    Kind.WHOLE: {"type": ["integer", "null"]},
    Kind.DAY: {"type": "string", "format": "date"},
}
NUMBER = {"type": ["number", "null"]}
SECURITY = "token"


def openapi_document(*, root: str) -> dict[str, Any]:
    """root: the address of the API on this server."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "csculture",
            "version": VERSION,
            "description": _("Shown figures of closed cycles, for reading only. A figure is shown or hidden as on the pages."),
        },
        "servers": [{"url": root}],
        "security": [{SECURITY: []}],
        "paths": {path_of(resource): {"get": _operation(resource)} for resource in RESOURCES},
        "components": {
            "securitySchemes": {SECURITY: {"type": "http", "scheme": "bearer"}},
            "schemas": {"error": _object({"error": {"type": "string"}}, ["error"])},
            "responses": {"error": _json(_("What is wrong, in a sentence."), {"$ref": "#/components/schemas/error"})},
        },
    }


def path_of(resource: Resource) -> str:
    return f"/cycles/{{cycle}}/{resource.name}/" if resource.of_cycle else f"/{resource.name}/"


def _operation(resource: Resource) -> dict[str, Any]:
    of_cycle = Parameter("cycle", _("Key of a closed cycle"), {"type": "string"})
    parameters = [_parameter(one, "query") for one in resource.parameters]
    wrong = ["401", "403", *(["400"] if resource.parameters else []), *(["404"] if resource.of_cycle else [])]
    return {
        "operationId": resource.name,
        "summary": str(resource.about),
        "parameters": ([_parameter(of_cycle, "path")] if resource.of_cycle else []) + parameters,
        "responses": {"200": _json(str(resource.about), answer_form(resource))}
        | {status: {"$ref": "#/components/responses/error"} for status in sorted(wrong)},
    }


def answer_form(resource: Resource) -> dict[str, Any]:
    """The JSON schema of an answer. What stands before and with “shown” is always there; the rest where it is shown."""
    columns = [column for column in resource.columns if not column.for_people]
    keys = [column.key for column in columns]
    always = keys[: keys.index("shown") + 1] if "shown" in keys else keys
    row = _object({column.key: _form(column) for column in columns}, always)
    more = dict(resource.more)
    return _object({**more, resource.name: {"type": "array", "items": row}}, [*more, resource.name])


def _form(column: Column) -> dict[str, Any]:
    form = FORMS.get(column.kind, NUMBER)
    if column.words:
        form = {"type": ["string", "null"], "enum": [*column.words, None]}
    return form | {"description": str(column.heading)}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _parameter(one: Parameter, where: str) -> dict[str, Any]:
    return {"name": one.name, "in": where, "description": str(one.about), "required": where == "path", "schema": dict(one.form)}


def _json(about: str, form: dict[str, Any]) -> dict[str, Any]:
    return {"description": about, "content": {"application/json": {"schema": form}}}
