"""How threads that compute together wait for each other: said before torch is loaded, which reads it once."""

from __future__ import annotations

import os


def share() -> None:
    """Let threads that wait give up their core: a training shares the machine with the browser that shows it.

    By default they turn in circles, which is a little faster as long as nothing else runs. Beside one busy process on
    two cores, two threads of a small MLP fell from 33,000 pictures a second to 500; those that give up their core kept
    21,000. What the environment says already holds (OMP_WAIT_POLICY, https://www.openmp.org/spec-html/5.0/openmpse55).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
