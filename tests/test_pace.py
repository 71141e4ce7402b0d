"""The pace of a training: what is asked is done, in its order, and nothing waits for ever."""

import time

import pytest

from explorer.pace import Pace
from explorer.wishes import Wish


class Desk:
    """Somebody who asks: a list of wishes for each time that the trainer listens; then nothing more."""

    def __init__(self, *turns, stopping=lambda: False):
        self.turns, self.said, self.changed = list(turns), [], []
        self.pace = Pace(self.hear, self.said.append, self.changed.append, stopping)

    def hear(self):
        return self.turns.pop(0) if self.turns else []


def test_without_a_wish_nothing_waits():
    desk = Desk()
    start = time.monotonic()
    desk.pace.obey(near=False)
    assert time.monotonic() - start < 0.04
    assert (desk.pace.state, desk.pace.near, desk.said) == ("running", False, [])


def test_a_pause_lasts_until_somebody_says_to_go_on():
    desk = Desk([Wish("pause")], [], [Wish("change", {"beta": 2.0})], [Wish("go on")])
    desk.pace.obey(near=False)
    assert desk.said == ["paused", "running"]
    assert desk.changed == [{"beta": 2.0}]
    assert desk.turns == []


def test_one_step_is_seen_from_near_and_then_it_is_paused_again():
    desk = Desk([Wish("pause")], [Wish("step")])
    desk.pace.obey(near=False)
    assert desk.pace.near
    desk.turns = [[], [Wish("go on")]]
    desk.pace.obey(near=True)
    assert desk.said == ["paused", "paused", "running"]
    assert not desk.pace.near


def test_in_slow_motion_a_step_takes_its_time_and_a_wish_ends_the_wait():
    desk = Desk([Wish("slow", {"seconds": 0.5})])
    desk.pace.obey(near=False)  # the step before was an ordinary one
    assert desk.pace.near
    start = time.monotonic()
    desk.pace.obey(near=True)
    assert 0.5 <= time.monotonic() - start < 2
    desk.pace.seconds = 60.0
    desk.turns = [[], [Wish("go on")]]
    desk.pace.obey(near=True)
    assert (desk.said, desk.pace.near) == (["slow", "running"], False)


@pytest.mark.parametrize("before", [[], [Wish("pause")], [Wish("slow", {"seconds": 60})]])
def test_stop_is_obeyed_at_any_pace_and_whatever_is_asked_after_it(before):
    desk = Desk([*before, Wish("stop"), Wish("go on"), Wish("pause")])
    desk.pace.obey(near=True)
    assert desk.pace.stop


def test_a_process_that_is_to_end_does_not_wait():
    desk = Desk([Wish("pause")], stopping=lambda: True)
    desk.pace.obey(near=False)
    assert desk.pace.stop
