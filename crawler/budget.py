"""How much one crawl may ask for, of all sources together."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Budget:
    """Limits of a crawl; none where a limit is None. Reached, it ends between two requests."""

    requests: int | None = None
    bytes: int | None = None
    seconds: float | None = None
    _began: float = field(default_factory=time.monotonic)
    _spent: list[Callable[[], tuple[int, int]]] = field(default_factory=list)

    def watch(self, spent: Callable[[], tuple[int, int]]) -> None:
        """Count what one more source spends: `spent` tells its requests and bytes so far."""
        self._spent.append(spent)

    def used_up(self) -> str | None:
        """Return which limit is reached, None while there is something left."""
        spent = [one() for one in self._spent]
        requests, size = (sum(column) for column in zip(*spent, strict=True)) if spent else (0, 0)
        if self.requests is not None and requests >= self.requests:
            return f"the budget of {self.requests:,} requests is used up"
        if self.bytes is not None and size >= self.bytes:
            return f"the budget of {self.bytes / 1e6:,.0f} MB is used up"
        if self.seconds is not None and time.monotonic() - self._began >= self.seconds:
            return f"the budget of {self.seconds / 60:,.0f} minutes is used up"
        return None
