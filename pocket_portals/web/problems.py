"""Failures as answers: what went wrong and what to do next, never how the service is built."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from pocket_portals.clean import clean_line
from pocket_portals.errors import (
    Conflict,
    Impossible,
    ModelUnavailable,
    PortalsError,
    RunNotFound,
    StoreUnavailable,
    WorldError,
)
from pocket_portals.web.access import Forbidden, Unannounced, Unknown
from pocket_portals.web.limits import TooMany
from pocket_portals.web.models import Problem
from pocket_portals.web.sessions import KeyReused, Overtaken

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2  # seconds, while a store or a model does not answer

log = logging.getLogger(__name__)

# kind -> status, code, title; the first that fits
_KINDS: tuple[tuple[type[PortalsError], int, str, str], ...] = (
    (Unannounced, 401, "token-needed", "A token is needed"),
    (Forbidden, 403, "forbidden", "Not allowed"),
    (Unknown, 404, "not-found", "Not found"),
    (RunNotFound, 404, "not-found", "Not found"),
    (Conflict, 409, "conflict", "The session has moved on"),
    (Impossible, 422, "impossible", "That can't be done now"),
    (KeyReused, 422, "key-reused", "The key was used before"),
    (WorldError, 404, "no-such-world", "There is no such world"),
    (TooMany, 429, "too-many", "Too many requests"),
    (StoreUnavailable, 503, "store-unavailable", "Nothing can be saved now"),
    (ModelUnavailable, 503, "model-unavailable", "The model does not answer"),
)


def problem_of(error: Exception, request_id: str) -> Problem:
    """The answer to a failure. What no caller should know of goes to the log alone."""
    if isinstance(error, Unknown | RunNotFound):
        detail = "There is no such session, or the token does not open it."
        return Problem(title="Not found", status=404, detail=detail, code="not-found", request_id=request_id)
    if isinstance(error, PortalsError):
        for kind, status, code, title in _KINDS:
            if isinstance(error, kind):
                detail = "Try again in a moment." if status == 503 else str(error)
                revision = error.revision if isinstance(error, Overtaken) else None
                return Problem(
                    title=title,
                    status=status,
                    detail=detail,
                    code=code,
                    request_id=request_id,
                    revision=revision,
                )
    return Problem(
        title="The service failed",
        status=500,
        detail="Nothing that was acknowledged is lost. Try again.",
        code="failed",
        request_id=request_id,
    )


def answer(problem: Problem, error: Exception | None = None) -> JSONResponse:
    """A problem as a response."""
    headers: dict[str, str] = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 429 and isinstance(error, TooMany):
        headers["Retry-After"] = str(error.after)
    if problem.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    content = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, problem.status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every failure of this app so, and describe it so."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path in described()["paths"].values():
                for call in path.values():
                    for status, response in call["responses"].items():
                        if status >= "4" and "content" in response:
                            response["content"] = {MEDIA_TYPE: response["content"].popitem()[1]}
        return described()

    app.openapi = openapi  # type: ignore[method-assign]

    @app.exception_handler(PortalsError)
    async def expected(request: Request, error: PortalsError) -> JSONResponse:
        problem = problem_of(error, request.state.request_id)
        if problem.status >= 500:
            log.warning("%s: %s", problem.request_id, error)
        return answer(problem, error)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        detail = clean_line(f"{where}: {first['msg']}" if where else first["msg"], 200)
        return answer(_plain(request, 422, "malformed", "The request can't be read", detail))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        response = answer(_plain(request, error.status_code, "refused", "Refused", str(error.detail)))
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = ", ".join(sorted(_methods(request)))
        return response

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        problem = problem_of(error, request.state.request_id)
        log.error("request %s fell over", problem.request_id, exc_info=error)
        return answer(problem)


def _methods(request: Request) -> set[str]:
    """All that can be done at an address; each of its routes knows its own part only."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    described = [route for route in here if getattr(route, "include_in_schema", True)]
    return {method for route in described for method in route.methods or ()}


def _plain(request: Request, status: int, code: str, title: str, detail: str) -> Problem:
    request_id = request.state.request_id
    return Problem(title=title, status=status, detail=detail, code=code, request_id=request_id)
