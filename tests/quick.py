"""`explorer`, but quick to the point: snapshots every tenth of a second, and no export, which takes seconds.

python -m tests.quick train digits ... is what the tests of processes start, kill and resume.
"""

import os
import time

from explorer import __main__, export, trainer

trainer.SNAPSHOT_SECONDS, trainer.SNAPSHOT_SHARE = 0.1, 1e9
export.onnx = lambda model, folder: time.sleep(float(os.environ.get("SLOW_SAVE", "0")))

if __name__ == "__main__":
    __main__.main()
