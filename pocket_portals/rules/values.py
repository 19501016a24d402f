"""What every rules value is: an immutable record that refuses unknown fields."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable record. Change it by making another: ``value.having(gold=3)``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def having(self, **changes: object) -> Self:
        """A copy with these fields changed. Not validated: events guard what goes in."""
        return self.model_copy(update=changes)
