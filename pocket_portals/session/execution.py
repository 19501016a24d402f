"""What each turn took: who told it, how long, how many tokens, and how it ended. Read from the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from pocket_portals.rules.values import Value
from pocket_portals.session.journal import RunRecord, Turn

Result = Literal["told", "fallback", "noted", "taken back"]

_NAME = "pocket_portals"


class Execution(Value):
    """A turn as a machine's work. Times are milliseconds."""

    turn: int
    revision: int
    asked: str
    voices: tuple[str, ...]
    storyteller: str
    model: str
    hear: float
    decide: float
    tell: float
    tokens_in: int
    tokens_out: int
    result: Result
    fallback: str = ""

    @property
    def total(self) -> float:
        """The whole turn, without saving it."""
        return self.hear + self.decide + self.tell


def executions(record: RunRecord) -> list[Execution]:
    """One for each turn of the journal, undone ones included."""
    living = {turn.id for turn in record.story}
    return [_execution(turn, turn.id in living) for turn in record.turns]


def _execution(turn: Turn, lives: bool) -> Execution:
    told, times = turn.told, turn.timings
    result: Result = "told"
    if not lives and turn.rewinds_to is None:
        result = "taken back"
    elif told.fallback:
        result = "fallback"
    elif not turn.speeches:
        result = "noted"
    return Execution(
        turn=turn.number,
        revision=turn.revision,
        asked=turn.action,
        voices=tuple(dict.fromkeys(speech.voice.value for speech in turn.speeches)),
        storyteller=told.storyteller,
        model=told.model,
        hear=times.hear,
        decide=times.decide,
        tell=times.tell,
        tokens_in=told.tokens_in,
        tokens_out=told.tokens_out,
        result=result,
        fallback=told.fallback,
    )


def middle(values: Sequence[float], percent: float) -> float:
    """The value that ``percent`` of them do not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def prometheus(run: str, turns: Sequence[Execution]) -> str:
    """The turns of a run in Prometheus's text format, for a collector of text files."""
    return "\n".join([*_lines(run, turns), ""])


def _lines(run: str, turns: Sequence[Execution]) -> Iterator[str]:
    yield from _head("turns_total", "counter", "Turns by who told them and how they ended.")
    kinds = Counter((t.storyteller, t.model, t.result) for t in turns)
    for (storyteller, model, result), count in sorted(kinds.items()):
        labels = _labels(run=run, storyteller=storyteller, model=model, result=result)
        yield f"{_NAME}_turns_total{labels} {count}"
    yield from _head("voice_turns_total", "counter", "Turns in which a voice spoke.")
    for voice, count in sorted(Counter(voice for t in turns for voice in t.voices).items()):
        yield f"{_NAME}_voice_turns_total{_labels(run=run, voice=voice)} {count}"
    yield from _head("tokens_total", "counter", "Tokens that a model read and wrote.")
    for direction, count in (
        ("in", sum(t.tokens_in for t in turns)),
        ("out", sum(t.tokens_out for t in turns)),
    ):
        yield f"{_NAME}_tokens_total{_labels(run=run, direction=direction)} {count}"
    yield from _head("turn_seconds", "summary", "Time by part of a turn.")
    parts = {
        "hear": [t.hear for t in turns],
        "decide": [t.decide for t in turns],
        "tell": [t.tell for t in turns],
    }
    for part, times in parts.items():
        for quantile in (0.5, 0.95, 0.99):
            labels = _labels(run=run, part=part, quantile=str(quantile))
            yield f"{_NAME}_turn_seconds{labels} {middle(times, quantile * 100) / 1000:.6f}"
        yield f"{_NAME}_turn_seconds_sum{_labels(run=run, part=part)} {sum(times) / 1000:.6f}"
        yield f"{_NAME}_turn_seconds_count{_labels(run=run, part=part)} {len(times)}"


def _head(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP {_NAME}_{name} {about}"
    yield f"# TYPE {_NAME}_{name} {kind}"


def _labels(**values: str) -> str:
    escaped = {k: v.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") for k, v in values.items()}
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
