from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pocket_portals.errors import PortalsError
from pocket_portals.flow import loading


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "loaded", threading.Event())


@pytest.mark.usefixtures("unloaded")
def test_however_many_ask_it_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(loading, "_load", lambda: asked.append(1))
    with ThreadPoolExecutor(8) as threads:
        for waiting in [threads.submit(loading.load) for _ in range(32)]:
            waiting.result()
    assert asked == [1]
    assert loading.loaded.is_set()


@pytest.mark.usefixtures("unloaded")
def test_a_failure_is_one_line_and_the_next_try_may_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ImportError("a wheel is missing")

    with monkeypatch.context() as patch:
        patch.setattr(loading, "_load", broken)
        with pytest.raises(PortalsError, match="can't be started"):
            loading.load()
        assert not loading.loaded.is_set()
    loading.load()
    assert loading.loaded.is_set()


@pytest.mark.usefixtures("unloaded")
def test_collection_of_garbage_goes_on_after_loading() -> None:
    loading.load()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
