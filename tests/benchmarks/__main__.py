"""All benchmarks of the core in one run: `python -m tests.benchmarks [DATA]`, some five minutes, machine at rest.

DATA is the folder that holds MNIST/raw; without it there is nothing to train on, and the training is left out. Those
that take longer, or need a browser, have a command of their own: `crowd`, `drag`, `kills`, `map`, `opening`, `usual`,
`watching`.
"""

from __future__ import annotations

import subprocess
import sys


def main(data: list[str]) -> None:
    """Run one after the other, each in a process of its own."""
    for name in ("training", "encoding", "saving", "projections", "start"):
        words = data if name == "training" else []
        print(f"\n{name}", flush=True)
        if name == "training" and not data:
            print("left out: name the folder that holds MNIST/raw")
            continue
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", *words], check=True)


if __name__ == "__main__":
    main(sys.argv[1:2])
