"""Flags made from knobs: a command whose options follow from what its own arguments choose in the menus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer import catalog
from explorer.catalog import Choice, Knob
from explorer.spec import MENUS, Spec, Training, usual_batch

if TYPE_CHECKING:
    from explorer.datasets import Images

BLACK, WHITE = 25, 230  # numbers beyond which a pixel counts as black or white
LOOKED_AT = 500  # pictures, about
USUAL = Spec((1, 8, 8))  # for what does not depend on the pictures
LARGE = Spec.usual((3, 64, 64), midtones=1.0)  # many large photographs: the other of what is usual


AGAIN = (
    "epochs",
    "minutes",
    "rate",
    "clip",
    "tensorboard",
)  # the knobs that a run may be resumed with another value of


class ResumeCommand(click.Command):
    """Has an option for each training knob that may change while a run rests."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [option(knob, usual="as before") for knob in catalog.knobs(Training) if knob.name in AGAIN]


class TrainCommand(click.Command):
    """Has one option for each menu, each training knob, and each knob of the entries that are chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data = click.Argument(["data"], type=click.Choice(catalog.names("datasets")), metavar="DATASET")
        self.menus = [_menu_option(menu) for menu in MENUS if menu != "data"]
        self.spec, self.training = (list(map(option, catalog.knobs(kind))) for kind in (Spec, Training))
        self.params = [data, *self.menus, *self.spec, *self.training, *self.params]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line, after looking which entries it chooses: their knobs are options too."""
        ctx.meta["chosen"] = chosen_entries(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            owners = [
                f"`train {name}`" if menu == "data" else f"--{menu} {name}" for menu, name in _owners(error.option_name)
            ]
            if not owners:
                raise
            raise click.UsageError(f"{error.option_name} goes with {' or '.join(owners)}.", ctx) from None

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options; those made from knobs stand before --help."""
        *params, last = super().get_params(ctx)
        return [*params, *_chosen_options(ctx), last]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options by what they are about, not all in one."""
        model, training = [*self.menus, *self.spec, *_chosen_options(ctx)], self.training
        told = {parameter.name for parameter in [*model, *training]}
        rest = [each for each in self.get_params(ctx) if each.name not in told and isinstance(each, click.Option)]
        for title, part in {"Model": model, "Training": training, "Name and place": rest}.items():
            with formatter.section(title):
                formatter.write_dl([record for each in part if (record := each.get_help_record(ctx))])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the entries of each menu with their ideas, then the example."""
        for kind in MENUS.values():
            with formatter.section(kind.capitalize()):
                formatter.write_dl([(name, catalog.summary(kind, name)) for name in catalog.names(kind)])
        super().format_epilog(ctx, formatter)


def _chosen_options(ctx: click.Context) -> list[click.Option]:
    """Return an option for each knob of the entries that the command line chooses."""
    chosen = ctx.meta.get("chosen", {})
    named = [option(knob) for menu in MENUS for knob in entry_knobs(menu, chosen.get(menu))]
    return named + [each for menu in MENUS for each in _common(menu, chosen)]


def _common(menu: str, chosen: Mapping[str, str | None]) -> list[click.Option]:
    """Return the options that all usual entries of a menu have, where a command can run and leaves the choice to us."""
    if not chosen.get("data") or chosen.get(menu):
        return []
    names = dict.fromkeys(getattr(spec, menu).name for spec in (USUAL, LARGE))
    first, *others = ({knob.name: knob for knob in entry_knobs(menu, name)} for name in names)
    shared = [_narrowed(knob, [each[name] for each in others]) for name, knob in first.items()
              if all(name in each for each in others)]  # fmt: skip
    return [option(knob, usual="as fits the pictures" if others else "") for knob in shared]


def _narrowed(knob: Knob, others: list[Knob]) -> Knob:
    """Return a knob with the range that is allowed whichever entry will be taken."""
    low, high = ([getattr(each, end) for each in (knob, *others)] for end in ("low", "high"))
    return replace(knob, low=max(low), high=min(high)) if None not in (*low, *high) else knob


def _owners(flag: str) -> list[tuple[str, str]]:
    """Return the entries, each with its menu, that have a knob for a flag."""
    knob = flag.removeprefix("--").replace("-", "_")
    entries = [(menu, name) for menu, kind in MENUS.items() for name in catalog.names(kind)]
    return [(menu, name) for menu, name in entries if knob in {each.name for each in entry_knobs(menu, name)}]


def spec_from(images: Images, values: Mapping[str, Any]) -> Spec:
    """Build a Spec for pictures from the values of a TrainCommand's options, None where one was not given.

    What is not given is as usual for pictures of this shape and number.
    """
    usual = Spec.usual(images.shape, len(images), midtones(images))
    choices: dict[str, Any] = {menu: _chosen(menu, getattr(usual, menu), values) for menu in MENUS}
    training = Training(**{"batch": usual_batch(len(images))} | _given(catalog.knobs(Training), values))
    chosen = _given(catalog.knobs(Spec), values)
    return replace(usual, **chosen, **choices, training=training, classes=len(images.label_names))


def _chosen(menu: str, usual: Choice, values: Mapping[str, Any]) -> Choice:
    """Return what was chosen from one menu, or else what is usual with the knobs that were turned."""
    if values[menu]:
        return choice_from(menu, values[menu], values)
    return Choice(usual.name, {**usual.knobs, **choice_from(menu, usual.name, values).knobs})


def midtones(images: Images) -> float:
    """Return the share of numbers in the pictures that are neither nearly black nor nearly white, 0 to 1."""
    some = images.pixels[:: max(1, len(images) // LOOKED_AT)]
    return float(((some > BLACK) & (some < WHITE)).mean())


def choice_from(menu: str, name: str, values: Mapping[str, Any]) -> Choice:
    """Return what was chosen from one menu, with the knobs that were turned; a path means the same from everywhere."""
    given = _given(entry_knobs(menu, name), values)
    path = {"path": str(Path(given["path"]).expanduser().absolute())} if given.get("path") else {}
    return Choice(name, given | path)


def _given(knobs: Iterable[Knob], values: Mapping[str, Any]) -> dict[str, Any]:
    return {knob.name: values[knob.name] for knob in knobs if values.get(knob.name) is not None}


def entry_knobs(menu: str, name: str | None) -> tuple[Knob, ...]:
    """Return the knobs of a menu's entry; none where nothing valid is chosen, which the parser then says."""
    known = name in catalog.names(MENUS[menu])
    return catalog.knobs(catalog.entry(MENUS[menu], str(name))) if known else ()


def chosen_entries(args: list[str]) -> dict[str, str | None]:
    """Return the entry that a command line names for each menu, or None where it is the usual one without flags.

    Only what is named is imported, so that `--help` alone stays quick.
    """
    words = [word for arg in args for word in arg.split("=", 1)]
    follows = dict(pairwise(words))
    chosen: dict[str, str | None] = {menu: follows.get(f"--{menu}") for menu in MENUS}
    chosen["data"] = next((word for before, word in pairwise(["", *args]) if _is_data(word, before)), None)
    return chosen


def _is_data(word: str, before: str) -> bool:
    """Tell whether a word of a command line names a data set, and is not the value of the option before it."""
    value_of_option = before.startswith("--") and "=" not in before and before != "--replace"
    return word in catalog.names("datasets") and not value_of_option


class KnobType(click.ParamType[catalog.Value]):
    """A knob's values as words on the command line."""

    def __init__(self, knob: Knob) -> None:
        self.knob = knob
        kinds = {bool: "yes|no", int: "int", float: "number", str: "text"}
        self.name = "|".join(knob.choices) or kinds[type(knob.default)]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value as the knob's type, or fail with what is allowed."""
        parse = {bool: click.BOOL, int: click.INT, float: click.FLOAT, str: click.STRING}[type(self.knob.default)]
        try:
            return self.knob.check(parse.convert(value, param, ctx))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def option(knob: Knob, *, usual: str = "") -> click.Option:
    """Return the command-line option of a knob; its value is None where it was not given.

    usual: what the help says of a value that is not given, if that is not the knob's default.
    """
    kind = KnobType(knob)
    default = f"default: {usual or shown(knob.default)}"
    low = [] if knob.low is None else [f"from {shown(knob.low)}"]
    high = [] if knob.high is None else [f"to {shown(knob.high)}"]
    allowed = ", ".join([default, " ".join(low + high)]).removesuffix(", ")
    metavar = kind.name if "|" in kind.name else kind.name.upper()  # words are to be written as they stand
    flag = "--" + knob.name.replace("_", "-")
    return click.Option([flag, knob.name], type=kind, metavar=metavar, help=f"{knob.help}  [{allowed}]")


def shown(value: catalog.Value) -> str:
    """Return a value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, int | float) else value


def _menu_option(menu: str) -> click.Option:
    names = catalog.names(MENUS[menu])
    usual = USUAL.objective.name if menu == "objective" else "what suits the pictures"
    return click.Option([f"--{menu}"], type=click.Choice(names), metavar="NAME",
                        help=f"one of the {MENUS[menu]} below  [default: {usual}]")  # fmt: skip
