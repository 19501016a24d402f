"""What the service is measured beside: a route that does nothing but ask Redis twice."""

from __future__ import annotations

import os

from fastapi import FastAPI
from redis.asyncio import Redis

app = FastAPI()
redis = Redis.from_url(os.environ["REDIS_URL"])


@app.get("/")
async def empty() -> dict[str, int]:
    """One GET and one SET."""
    await redis.get("empty")
    await redis.set("empty", "1")
    return {"answer": 1}
