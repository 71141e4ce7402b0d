"""The pace of a training: as fast as it can, slowly and seen from near, step by step, or not at all, as people wish."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from explorer.catalog import Value
from explorer.wishes import CHANGE, SLOW, Wish

ASLEEP = 0.05  # seconds between two looks at what was asked, while it waits
STATES = {"pause": "paused", "go on": "running", "step": "running", SLOW: "slow"}


class Pace:
    """Obeys what is asked of a trainer.

    hear: gives what was asked since the last time. say: is told a new state. change: turns knobs. stopping: whether the
    process is to end.
    """

    def __init__(
        self,
        hear: Callable[[], list[Wish]],
        say: Callable[[str], None],
        change: Callable[[Mapping[str, Value]], None],
        stopping: Callable[[], bool],
    ) -> None:
        self.hear, self.say, self.change, self.stopping = hear, say, change, stopping
        self.state = "running"  # or slow, or paused
        self.seconds = 0.0  # that one step takes in slow motion
        self.once = False  # one more step was asked for: after it the training is paused again
        self.stop = False

    @property
    def near(self) -> bool:
        """Whether the next step is to be seen from near."""
        return self.once or self.state == "slow"

    def obey(self, *, near: bool) -> None:
        """Do what was asked, and come back when the next step may be taken. near: the last one was seen from near."""
        start = time.monotonic()
        if near and self.once:
            self.once = False
            self._turn("paused")
        self._listen()
        while not self.stop and self._waits(start, near=near):
            time.sleep(ASLEEP)
            self._listen()

    def _waits(self, start: float, *, near: bool) -> bool:
        slowly = near and self.state == "slow" and time.monotonic() - start < self.seconds
        return self.state == "paused" or slowly

    def _listen(self) -> None:
        for wish in self.hear():
            self._follow(wish)
        self.stop = self.stop or self.stopping()

    def _follow(self, wish: Wish) -> None:
        if wish.do == CHANGE:
            return self.change(wish.values)
        self.once, self.stop = wish.do == "step", self.stop or wish.do == "stop"
        if wish.do == SLOW:
            self.seconds = float(wish.values["seconds"])
        if wish.do in STATES and not self.once:
            self._turn(STATES[wish.do])
        elif self.once:
            self.state = "running"  # for one step, of which no state needs to tell
        return None

    def _turn(self, state: str) -> None:
        if state != self.state or state == "paused":
            self.state = state
            self.say(state)
