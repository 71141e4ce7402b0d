"""`explorer`, but the trainers that its server starts are quick to the point: python -m tests.app.quickly app ..."""

import sys

from explorer import __main__
from explorer.app import launch

launch.COMMAND = (sys.executable, "-m", "tests.quick")

if __name__ == "__main__":
    __main__.main()
