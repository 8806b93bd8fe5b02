"""The client is the API's mirror: a method for each operation, a document for each answer."""

from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from rubrica.api.router import api
from rubrica.client import Rubrica, documents

DESCRIPTION = api.get_openapi_schema(path_prefix="/api/v1/")
SCHEMAS: dict[str, dict[str, Any]] = DESCRIPTION["components"]["schemas"]
DOCUMENTS = {name: kind for name, kind in vars(documents).items() if is_typeddict(kind)}
OPERATIONS = {operation["operationId"] for methods in DESCRIPTION["paths"].values() for operation in methods.values()}


def test_every_operation_has_its_method():
    methods = {name for name in dir(Rubrica) if not name.startswith("_")} - {"close", "read_bytes"}

    # Tokens are made in a browser only.
    assert methods == OPERATIONS - {"create_token"}


def kind_of(schema: dict[str, Any]) -> object:
    """Return a schema as the annotation that says the same."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return {str(kind_of(choice)) for choice in schema["anyOf"]}
    if "enum" in schema or "const" in schema:
        return ("one of", *schema.get("enum", [schema.get("const")]))
    match schema.get("type", "anything"):
        case "array":
            # A pair is a list of two of a kind.
            return ("list", kind_of(schema["prefixItems"][0] if "prefixItems" in schema else schema["items"]))
        case "object":
            values = schema.get("additionalProperties", True)
            return ("object", "anything" if values is True else kind_of(values))
        case name:
            return name


NAMES = {str: "string", int: "integer", bool: "boolean", float: "number", type(None): "null", Any: "anything"}


def kind_of_annotation(annotation: Any) -> object:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if is_typeddict(annotation):
        return annotation.__name__
    if annotation in NAMES:
        return NAMES[annotation]
    if origin is Literal:
        return ("one of", *arguments)
    if origin is list:
        return ("list", kind_of_annotation(arguments[0]))
    if origin is dict:
        return ("object", kind_of_annotation(arguments[1]))
    return {str(kind_of_annotation(argument)) for argument in arguments}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_what_the_api_says_it_answers(name: str):
    described = {field: kind_of(schema) for field, schema in SCHEMAS[name]["properties"].items()}

    typed = {field: kind_of_annotation(hint) for field, hint in get_type_hints(DOCUMENTS[name]).items()}

    assert typed == described
    assert set(SCHEMAS[name].get("required", [])) == set(typed)
