"""`explorer`, but quick to the point: snapshots every 0.1 seconds, few epochs, and no export, which takes seconds.

python -m tests.quick train digits ... is what the tests of processes start, kill and resume.
"""

import os
import time

from explorer import __main__, export, plan, trainer
from explorer.learner import Learner

trainer.SNAPSHOT_SECONDS, trainer.SNAPSHOT_SHARE = 0.1, 1e9
plan.MOST_EPOCHS = 2  # where nobody says how many
export.onnx = lambda model, folder: time.sleep(float(os.environ.get("SLOW_SAVE", "0")))
learn = Learner.learn


def learn_slowly(learner, batch, now):
    """Take one step, and so long that whoever wants to disturb the training comes in time; or a step too many."""
    time.sleep(float(os.environ.get("SLOW_STEP", "0")))
    loss = learn(learner, batch, now)
    if learner.step == int(os.environ.get("ASTRAY_AT", "0")):
        for weight in learner.model.parameters():
            weight.data.fill_(float("nan"))
    return loss


Learner.learn = learn_slowly

if __name__ == "__main__":
    __main__.main()
