"""`explorer train` and `explorer resume`: from a choice to a trainer at work, and its end."""

from __future__ import annotations

import os
import shlex
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from explorer import events, flags, line, naming, places, reading, run, screen, tables
from explorer.run import Run
from explorer.spec import Spec
from explorer.status import is_one_of_many

if TYPE_CHECKING:
    from explorer.datasets import Images, Split
    from explorer.plan import Plan

POLITE = ("SIGINT", "SIGTERM", "SIGHUP")  # Ctrl-C, a polite kill, a terminal that is closed: the model is kept
TIMING = "Timing a few steps, to use the machine well"
ONCE = 1.0  # seconds in which a second signal is the same one: torchrun passes a Ctrl-C on that all have heard


def train(values: Mapping[str, Any]) -> None:
    """Begin a run with what the options of `explorer train` say, and train it to its end.

    Interrupted (Ctrl-C), it keeps the model as far as it has come, and raises click.Abort.
    """
    console = screen.console()
    if not _is_first():
        return _go_on(None, None, console, values)
    _check_device(values["device"])
    models, data_dir = places.models_dir(values["models_dir"]), places.data_dir(values["data_dir"])
    data = flags.choice_from("data", values["data"], values)
    naming.check_writable(models)
    with naming.held(models, values) as folder:
        split = reading.read(data, data_dir, console)
        begun = _begun(folder, flags.spec_from(split.train, values), data_dir, split, values["replace"])
        return _go_on(begun, split, console, values)  # the run is on the disk: from now on it cannot be lost


def _check_device(asked: str) -> None:
    """Raise a ValueError if a device is asked for that is not here, before a run is begun that could not go on."""
    from explorer import plan

    plan.found(asked)


def _begun(folder: Path, spec: Spec, data_dir: Path, split: Split, owns: bool) -> Run:
    """Return a new run, of a model that can be built: a wrong choice leaves nothing behind."""
    from explorer import learner

    learner.check(spec)
    events.check(spec)
    return run.create(folder, spec, data_dir, split.train, owns=owns)


def resume(name: str, values: Mapping[str, Any]) -> None:
    """Go on with a run that was stopped, killed or failed, or wake one that is paused. Ends as `train` does."""
    console = screen.console()
    if not _is_first():
        return _go_on(None, None, console, values)
    found = run.find(name, places.runs_dir(places.models_dir(values["models_dir"])))
    turned = {key: values[key] for key in flags.AGAIN if values[key] is not None}
    if (now := found.status()).state == "paused":
        if turned:
            raise ValueError(
                f"{name} is paused, and can only go on as it is: end it first (Ctrl-C where it runs, "
                f"or `kill {now.pid}`) to give it another --{next(iter(turned))}."
            )
        found.ask("go on")
        tables.say(console, f"{name} goes on, in process {now.pid}.")
        return _go_on(None, None, console, values) if is_one_of_many() else None
    with run.locked(found.folder):
        return _go_on(_with_more(run.read(found.folder), turned), None, console, values)


def branch(name: str, step: int | None, values: Mapping[str, Any]) -> None:
    """Begin a run that goes on from a moment of another one, and train it to its end. Ends as `train` does."""
    from explorer import branch

    console, models = screen.console(), places.models_dir(values["models_dir"])
    found = run.find(name, places.runs_dir(models))
    from_step = branch.moment(found, step)
    turned = {key: value for key, value in values["turned"].items() if value is not None}
    with naming.held(models, {"name": values["name"], "replace": False, "first": found.name}) as folder:
        begun = branch.create(found, from_step, folder, turned)
        tables.say(console, f"{begun.name} goes on from step {from_step:,} of {name}.")
        return _go_on(begun, None, console, values)


def _with_more(found: Run, turned: dict[str, Any]) -> Run:
    """Return the run with another budget or rate. ValueError if nothing is left to do, or to do differently."""
    if found.status().state == "done" and not turned and found.model_folder.exists():
        raise ValueError(f"{found.name} is done: give it more --epochs or --minutes, or open it with `explorer`.")
    if "epochs" in turned and "minutes" not in turned:
        turned = turned | {"minutes": 0.0}  # which would count instead of the epochs
    training = replace(found.spec.training, **turned)
    epochs, seconds = _trained(found)
    if turned and (round(seconds, 1) >= training.limit if training.limit else epochs >= training.epochs):
        raise ValueError(
            f"{found.name} has been trained for {epochs:g} epochs, in {seconds / 60:.2g} minutes, already: "
            "give it more --epochs or --minutes than that."
        )
    return run.change(found, spec=replace(found.spec, training=training))


def _trained(found: Run) -> tuple[float, float]:
    """Return for how many epochs, and how many seconds, a run has been trained so far, as its metrics tell."""
    last = (found.metrics() or [{}])[-1]
    return last.get("epoch", 0.0), last.get("seconds", 0.0)


def _is_first() -> bool:
    """Tell whether this process is alone, or the first of those that torchrun started: it reads and writes."""
    return not is_one_of_many() or os.environ["RANK"] == "0"


def _go_on(begun: Run | None, split: Split | None, console: Console, values: Mapping[str, Any]) -> None:
    """Train a run, which the first process knows, to its end, and say what came out of it; None is no run."""
    from explorer import plan

    how = plan.joined(values["device"])
    try:
        if found := plan.shared(begun, how):
            how = plan.again(how, found.plan, values["device"])
            _go_through(found, how, split, console, values["models_dir"], values["in_line"])
    finally:
        plan.part(how)


def _go_through(
    found: Run, how: Plan, split: Split | None, console: Console, models_dir: Path | None, in_line: int
) -> None:
    """Train a run to its end, and say what came out of it. click.Abort if a signal stopped it."""
    first = how.rank == 0
    owned = found.trained() if first else nullcontext()
    try:
        with owned, _stops() as stopping, _turn(found, in_line, stopping) as mine:
            ended, stopped = _train(found, how, split, console, stopping) if mine else ("stopped", stopping())
    except KeyboardInterrupt:
        tables.say(console, f"Ended at once: `{found.command}` goes on.") if first else None
        raise
    if first and mine:
        screen.result(console, found, models_dir)
        tables.say(console, f"Stopped before its end: `{found.command}` goes on.") if ended == "stopped" else None
    if stopped:
        raise click.Abort


@contextmanager
def _turn(found: Run, trainers: int, stopping: Callable[[], bool]) -> Iterator[bool]:
    """Wait in line until there is room for one more of so many trainers (0: for any); tell whether its turn came."""
    if not trainers:
        yield True
        return
    told = 0

    def waits(before: int) -> bool:
        nonlocal told
        if before != told:
            found.say("waiting", words=f"{tables.count(before, 'training')} must end first.")
            told = before
        return not stopping() and not any(wish.do == "stop" for wish in found.heard())

    with line.ticket(found.folder.parent) as mine:
        came = line.wait(mine, trainers, waits)
        found.say(*(("starting",) if came else ("stopped", None, None, "It left the line.")))
        yield came


def _train(
    found: Run, how: Plan, split: Split | None, console: Console, stopping: Callable[[], bool]
) -> tuple[str, bool]:
    """Return the state that a run ended in, and whether a signal ended it."""
    from explorer import trainer

    split = split or reading.read(found.spec.data, Path(found.data_dir), console)
    found.check_data(split.train)
    found, how = _planned(found, how, split, console)
    if how.rank == 0:
        pictures = f"{tables.count(len(split.train), 'picture')} of {found.spec.data.name}"
        tables.say(console, f"{pictures}; training {found.name} {screen.plan(how)}")
        if found.spec.training.tensorboard:
            command = shlex.join(["tensorboard", "--logdir", str(found.folder / events.FOLDER)])
            tables.say(console, f"Watch it in TensorBoard: {command}")
    with screen.bar(console, how) as watch:
        return trainer.carry_on(found, how, split, watch, stopping), stopping()


def _planned(found: Run, how: Plan, split: Split, console: Console) -> tuple[Run, Plan]:
    """Return the run with its plan, whose threads and precision are chosen at its first start, and that plan."""
    from explorer import plan

    if how.rank == 0:
        place, spec, best = {"device": how.device.partition(":")[0], "world": how.world}, found.spec, found.plan
        if not found.plan:
            found.say("starting", words=f"{TIMING}.")
            with console.status(TIMING):
                chosen = plan.choose(spec, split.train, how)
                spec = _with_epochs(spec.complete(), split.train, chosen)
            best = {"threads": chosen.threads, "precision": chosen.precision}
        elif words := _moved(found, place):
            tables.say(console, words, "yellow")
        found = run.change(found, spec=spec, plan=best | place)
    found = plan.shared(found, how)
    return found, how._replace(threads=found.plan["threads"], precision=found.plan["precision"])


def _moved(found: Run, place: dict[str, Any]) -> str:
    """Return a sentence if a run goes on elsewhere, or by more or fewer processes; an old run knows neither."""
    was = {key: found.plan.get(key, value) for key, value in place.items()}
    counts = [f"{each['world']} process{'es' * (each['world'] > 1)}" for each in (was, place)]
    said = f"{found.name} was trained on {was['device']} by {counts[0]} so far, and goes on"
    return "" if was == place else f"{said} on {place['device']} by {counts[1]}: its numbers differ a little."


def _with_epochs(spec: Spec, images: Images, best: Plan) -> Spec:
    """Return the Spec with a number of epochs where nobody said how long, so that the run can be repeated."""
    from explorer import plan

    if spec.training.minutes or spec.training.epochs:
        return spec
    return replace(spec, training=replace(spec.training, epochs=plan.usual_epochs(spec, images, best)))


@contextmanager
def _stops() -> Iterator[Callable[[], bool]]:
    """Give what tells whether to stop: after the first Ctrl-C, or a polite kill. A second one ends at once."""
    asked: list[float] = []

    def ask(*_: Any) -> None:
        if asked and time.monotonic() - asked[0] > ONCE:
            raise KeyboardInterrupt
        asked.append(time.monotonic())

    numbers = [getattr(signal, name) for name in POLITE if hasattr(signal, name)]  # Windows lacks the last
    before = {number: signal.getsignal(number) for number in numbers}
    heard = [number for number in numbers if before[number] is not signal.SIG_IGN]  # nohup: it is not to be heard
    for number in heard:
        signal.signal(number, ask)
    try:
        yield lambda: bool(asked)
    finally:
        for number in heard:
            signal.signal(number, before[number])
