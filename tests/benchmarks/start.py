"""From the command to the first picture, as a person waits for it; beside the time that an import of torch takes alone.

Run `python -m tests.benchmarks.start`. The browser is open already; each round starts a new server.
"""

from __future__ import annotations

import subprocess
import sys
import time

from tests.benchmarks.common import served
from tests.browser import chromium

ROUNDS = 3


def main() -> None:
    """Print the seconds of each round, and the ratio to `import torch`."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    baseline = time.monotonic() - start
    print(f"import torch: {baseline:.1f} s")
    with chromium() as browser:
        for turn in range(ROUNDS):
            start = time.monotonic()
            with served(["-m", "explorer", "app", "--no-browser", "--port", "8718"]) as url:
                page = browser.new_page()
                page.goto(url)
                page.wait_for_selector('.picture[data-state="preview"], .picture[data-state="decoded"]')
                first = time.monotonic() - start
                page.wait_for_selector('.explorer[data-ready="true"]')
                live = time.monotonic() - start
                page.close()
            ratio = first / baseline
            print(f"start {turn + 1}: first picture {first:.1f} s ({ratio:.1f} times import torch), live {live:.1f} s")


if __name__ == "__main__":
    main()
