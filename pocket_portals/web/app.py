"""The service, put together."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from pocket_portals import __version__
from pocket_portals.errors import StoreUnavailable
from pocket_portals.web import api, problems
from pocket_portals.web.envelope import Envelope
from pocket_portals.web.models import Health, Ready
from pocket_portals.web.site import At, Host, Site

NOBODY = "clear-wren-0000"  # asked for, to see whether the store answers
PAGE = Path(str(files(__package__))) / "page"

Service: TypeAlias = FastAPI

COLLECT = (50_000, 20, 50)
"""When a worker looks for garbage. A turn reads a journal, which makes thousands of objects and none: at
Python's own 700, looking was a third of what a turn cost."""

operations = APIRouter(tags=["operations"])


def create_app(host: Host) -> Service:
    """The service over these sessions."""
    site = Site(host)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(host.warm_up)
        gc.freeze()  # worlds and modules stay
        gc.set_threshold(*COLLECT)
        site.warm = True
        tidying = asyncio.create_task(site.keep_tidy())
        yield
        tidying.cancel()
        await site.settle()
        await asyncio.to_thread(host.close)

    app = FastAPI(
        title="Pocket Portals",
        version=__version__,
        summary="A solo text adventure: real dice, a real ending, and a save after every turn.",
        docs_url=None,  # it would load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        max_body_size=host.limits.body,
    )
    app.state.site = site
    problems.install(app)
    app.add_middleware(Envelope, metrics=site.metrics)
    app.include_router(api.router)
    app.include_router(operations)
    app.mount("/page", StaticFiles(directory=PAGE), name="page")
    return app


@operations.get("/", include_in_schema=False)
async def page() -> FileResponse:
    """The page that plays on this API."""
    return FileResponse(PAGE / "index.html")


@operations.get("/health")
async def health() -> Health:
    """Whether the service runs."""
    return Health()


@operations.get("/ready", responses={503: {"model": Ready}})
async def ready(at: At) -> JSONResponse:
    """Whether turns can be played and saved now, and which store answers."""
    store = at.service.store
    try:
        await asyncio.to_thread(store.head, NOBODY)
    except StoreUnavailable:
        told = Ready(status="not ready", store=store.name)
    else:
        told = Ready(status="ready" if at.warm else "not ready", store=store.name)
    return JSONResponse(told.model_dump(), 200 if told.status == "ready" else 503)


@operations.get("/metrics", response_class=Response)
async def metrics(at: At) -> Response:
    """Figures for a Prometheus collector."""
    at.gauge()
    return Response(at.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
