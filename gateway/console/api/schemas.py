"""The JSON Schema of every document, made from the models themselves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from gateway.console.context import Key
from orders.document import DOCUMENTS
from store.errors import NotFound

router = APIRouter(prefix="/schema", tags=["schemas"])


@router.get("/{kind}")
def schema(kind: Key) -> dict[str, Any]:
    """What a document of a kind may hold, field by field: JSON Schema 2020-12."""
    if kind not in DOCUMENTS:
        raise NotFound(f"there is no document {kind!r}; there are {', '.join(DOCUMENTS)}")
    return DOCUMENTS[kind].model_json_schema()
