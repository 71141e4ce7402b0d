"""The command: `explorer` opens the app; train, evaluate, encode, export ... do without a screen what it does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from explorer import __version__, catalog, flags, places, threads
from explorer.status import is_one_of_many

Command = TypeVar("Command", bound=Callable[..., Any])
FOLDERS = {
    "--data-dir": "folder of data sets  [default: $EXPLORER_DATA or the user's cache]",
    "--models-dir": "folder of your own models  [default: $EXPLORER_MODELS or the user's data]",
}


def folder_option(name: str) -> Callable[[Command], Command]:
    """Return the decorator for `--data-dir` or `--models-dir`."""
    return click.option(name, type=click.Path(file_okay=False, path_type=Path), help=FOLDERS[name])


def device_option(command: Command) -> Command:
    """Decorate a command that computes on a device of choice."""
    choice = click.Choice(("auto", "cpu", "cuda", "mps"))
    return click.option("--device", type=choice, default="auto", show_default=True, help="where to compute")(command)


def app_options(command: Command) -> Command:
    """Decorate the command that opens the app, under either of its names."""
    options = (
        click.option("--port", type=click.IntRange(0, 65535), help="port  [default: 8501 or the next free one]"),
        click.option("--host", default="localhost", show_default=True, help="address; 0.0.0.0 for a whole class"),
        click.option("--browser/--no-browser", default=True, help="open the page in the browser"),
        click.option("--trainers", type=click.IntRange(1, 64), help="trainings at a time  [default: 1]"),
        click.option(
            "--pictures", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="folder below which the page may read pictures; may be given several times  "
            "[default: $EXPLORER_PICTURES]",
        ),
        folder_option("--data-dir"),
        folder_option("--models-dir"),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Example: explorer train mnist --minutes 2",
)
@app_options
@click.version_option(__version__, prog_name="explorer")
@click.pass_context
def cli(ctx: click.Context, /, **options: Any) -> None:
    """Meet a variational autoencoder: `explorer` alone opens the app in the browser."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(app, **options)
        return
    given = [name for name in options if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]
    if given:
        flag = "--" + given[0].replace("_", "-")
        raise click.UsageError(f"Write {flag} after the command: explorer {ctx.invoked_subcommand} ... {flag} ...")


@cli.command(epilog="Example: explorer app --port 8600 --models-dir my-models")
@app_options
def app(port: int | None, host: str, browser: bool, trainers: int | None, **folders: Any) -> None:
    """Open the app in the browser.

    What is trained from its pages goes on when it is closed.
    """
    from explorer.serve import serve

    if trainers:
        os.environ["EXPLORER_TRAINERS"] = str(trainers)
    os.environ["EXPLORER_DATA"] = str(places.data_dir(folders["data_dir"]))
    os.environ["EXPLORER_MODELS"] = str(places.models_dir(folders["models_dir"]))
    if folders["pictures"]:
        os.environ["EXPLORER_PICTURES"] = places.joined(folders["pictures"])
    serve(host, port, browser)


in_line_option = click.option(
    "--in-line", type=click.IntRange(0), default=0, hidden=True, help="wait until fewer than so many trainers are ahead"
)


@cli.command(cls=flags.TrainCommand, epilog="Example: explorer train mnist --objective beta --beta 2 --minutes 2")
@click.option("--name", help="name of the model  [default: made from what was chosen, as mnist-beta-16d]")
@click.option("--replace", is_flag=True, help="replace the model and the run of this name")
@in_line_option
@device_option
@folder_option("--data-dir")
@folder_option("--models-dir")
def train(**values: Any) -> None:
    """Train a model on DATASET and keep it.

    Every choice has a usual value: `explorer train digits` is enough. Name an entry of a menu before --help, and its
    own options are shown too: `explorer train mnist --objective beta --help`. Ctrl-C stops and keeps the model as far
    as it has come; `explorer resume` goes on, also after a crash. Several GPUs or machines: the same words after
    `torchrun --nproc-per-node 2 -m explorer`.
    """
    from explorer import start

    start.train(values)


@cli.command(cls=flags.ResumeCommand, epilog="Example: explorer resume mnist-vae-16d --epochs 40",
             short_help="Go on with a run that was stopped or killed.")  # fmt: skip
@click.argument("name")
@in_line_option
@device_option
@folder_option("--models-dir")
def resume(name: str, **values: Any) -> None:
    """Go on with the run NAME that was stopped or killed, to the same model as if it had not been.

    A run that is paused is woken; one that is done goes on if it is given more epochs or minutes. `explorer models`
    lists the runs that are not at their end.
    """
    from explorer import start

    start.resume(name, values)


@cli.command(epilog="Example: explorer branch mnist-vae-16d --step 800 --set beta 4",
             short_help="Go on from an earlier moment of a run, as a new one.")  # fmt: skip
@click.argument("name")
@click.option(
    "--step", type=click.IntRange(0), help="go on from the moment at or before this step  [default: the last]"
)
@click.option("--set", "turned", type=(str, float), multiple=True, metavar="KNOB NUMBER",
              help="turn a knob of the objective, rate or clip; may be given several times")  # fmt: skip
@click.option("--name", "called", help="name of the new run  [default: that of the old one with a number]")
@in_line_option
@device_option
@folder_option("--models-dir")
def branch(
    name: str, step: int | None, turned: tuple[tuple[str, float], ...], called: str | None, **values: Any
) -> None:
    """Go on from an earlier moment of the run NAME, as a new run: its film is rewound, and its rules may be others."""
    from explorer import start

    start.branch(name, step, {**values, "turned": dict(turned), "name": called})


@cli.command(epilog="Example: explorer pause mnist-vae-16d", short_help="Let a run wait, whoever started it.")
@click.argument("name")
@folder_option("--models-dir")
def pause(name: str, models_dir: Path | None) -> None:
    """Ask the trainer of the run NAME to wait; `explorer resume NAME` wakes it."""
    _ask(name, "pause", models_dir)


@cli.command(epilog="Example: explorer stop mnist-vae-16d", short_help="End a run, and keep its model so far.")
@click.argument("name")
@folder_option("--models-dir")
def stop(name: str, models_dir: Path | None) -> None:
    """Ask the trainer of the run NAME to end, and to keep its model so far; `explorer resume NAME` goes on."""
    _ask(name, "stop", models_dir)


def _ask(name: str, wish: str, models_dir: Path | None) -> None:
    from explorer import run

    found = run.find(name, places.runs_dir(places.models_dir(models_dir)))
    found.ask(wish)
    click.echo(f"{name} was asked to {wish}.")


@cli.command(epilog="Example: explorer evaluate mnist --binarize --samples 5000 --json measures.json")
@click.argument("model")
@click.option("--samples", type=click.IntRange(1, 1_000_000), default=500, show_default=True,
              help="draws for each picture of the importance-sampled NLL")  # fmt: skip
@click.option("--pictures", type=click.IntRange(1), default=1000, show_default=True,
              help="test pictures for the NLL; the other measures take up to 10,000")  # fmt: skip
@click.option("--binarize/--no-binarize", default=False,
              help="ELBO and NLL of pictures whose pixels are drawn as 0 or 1 (Burda 2015)")  # fmt: skip
@click.option("--json", metavar="FILE", help="write the measures as JSON; - writes them to the terminal")
@folder_option("--data-dir")
@folder_option("--models-dir")
def evaluate(**values: Any) -> None:
    """Measure MODEL on the test pictures of its data set, and keep the figures with it."""
    from explorer.evaluate import run

    run(values)


@cli.command(epilog="Example: explorer encode mnist my-pictures.zip --out codes.csv")
@click.argument("model")
@click.argument("source", required=False)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="file to write: .npz, .csv, .safetensors")
@click.option("--part", type=click.Choice(["test", "train", "all"]),
              help="pictures of SOURCE  [default: test; all of a folder]")  # fmt: skip
@click.option("--maps", metavar="NAME,...", help="maps to make: " + ", ".join(catalog.names("projections")))
@folder_option("--data-dir")
@folder_option("--models-dir")
def encode(**values: Any) -> None:
    """Encode pictures by a MODEL.

    SOURCE is a data set, or a folder or zip of pictures; usually the model's own test pictures are taken. With --out,
    mean, std, reconstruction error, labels and factors are written, a row for each picture. Without it, the table and
    the maps that the model keeps for its page are made anew.
    """
    from explorer.encode import run

    run(values)


@cli.command(epilog="Example: explorer export mnist mnist.zip")
@click.argument("model")
@click.argument("target", type=click.Path(path_type=Path), metavar="FOLDER|FILE.zip")
@click.option("--what", default="model", show_default=True, metavar="PART,...",
              help="model (all of it), onnx, weights, latents (as CSV), sheet (pictures as PNG), card")  # fmt: skip
@click.option("--replace", is_flag=True, help="replace files that are there")
@folder_option("--data-dir")
@folder_option("--models-dir")
def export(**values: Any) -> None:
    """Copy a MODEL, or parts of it, for somebody else."""
    from explorer.pack import run

    run(values)


@cli.command(epilog="Example: explorer models --models-dir my-models", short_help="List models and unfinished runs.")
@folder_option("--models-dir")
def models(models_dir: Path | None) -> None:
    """List the trained models, yours and the gallery that comes with the program; then the runs not at their end."""
    from explorer import checkpoint, run, tables

    yours = places.models_dir(models_dir)
    found, problems = checkpoint.listing(yours, places.gallery_dir())
    runs, damaged = run.listing(places.runs_dir(yours))
    tables.show_models(found)
    tables.show_runs(runs)
    for problem in (problems := [*problems, *damaged]):
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)


@cli.command(epilog="Example: explorer datasets --data-dir my-data")
@folder_option("--data-dir")
def datasets(data_dir: Path | None) -> None:
    """List the data sets, and whether each is here."""
    from explorer import tables

    tables.show_datasets(places.data_dir(data_dir))


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 a stated error, 2 wrong usage, 130 interrupted."""
    threads.share()
    code = _run()
    if is_one_of_many():  # gloo's threads go on, and one that wants Python while that ends aborts this process and all
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # whoever read it may be gone
                stream.flush()
        os._exit(code)
    if code:
        sys.exit(code)


def _run() -> int:
    """Run the command line, tell of what went wrong, and return the exit code."""
    try:
        cli(prog_name="explorer", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (ValueError, LookupError, OSError, RuntimeError, MemoryError) as error:  # the last two: memory, device
        click.echo(f"Error: {error}", err=True)
        return 1
    return 0


if __name__ == "__main__":
    main()
