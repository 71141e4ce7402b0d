"""How threads that compute together wait for each other: said before torch is loaded, which reads it once."""

from __future__ import annotations

import os

TURNS = "3000"


def share() -> None:
    """Let threads that wait soon give up their core: a training shares the machine with the browser that shows it.

    By default they turn in circles for milliseconds. Beside one busy process on two cores, two threads of a small MLP
    fell from 33,000 pictures a second to 500 by that. Those that give up their core at once keep 21,000 there, but come
    to 13,000 where nothing else runs. After so many turns, tens of microseconds, it is 11,000 and 27,000.
    What the environment says already holds: GOMP_SPINCOUNT of GNU OpenMP, and OMP_WAIT_POLICY for others
    (https://gcc.gnu.org/onlinedocs/libgomp/GOMP_005fSPINCOUNT.html).
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", TURNS)
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
