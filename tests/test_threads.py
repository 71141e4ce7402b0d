"""How threads wait for each other is said in the environment, unless a person has said it."""

import os
import subprocess
import sys
from unittest.mock import patch

import pytest

from explorer import threads


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ({}, (threads.TURNS, "PASSIVE")),
        ({"GOMP_SPINCOUNT": "7"}, ("7", "PASSIVE")),
        ({"OMP_WAIT_POLICY": "ACTIVE"}, (None, "ACTIVE")),
    ],
)
def test_what_is_said_already_holds(said, then):
    with patch.dict(os.environ):  # which is as it was afterwards
        for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
            os.environ.pop(name, None)
        os.environ.update(said)
        threads.share()
        assert (os.environ.get("GOMP_SPINCOUNT"), os.environ.get("OMP_WAIT_POLICY")) == then


def test_it_is_said_before_torch_is_loaded():
    """Importing what says it does not load what reads it."""
    code = "import sys; from explorer import __main__, threads; threads.share(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
