"""What may change while a training runs: its rate, and those knobs of its objective that are weights or shares."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from explorer import catalog
from explorer.catalog import Choice, Knob, Value
from explorer.spec import Spec, Training

TRAINING = ("rate", "clip")
WEIGHED = {"vae": "beta"}  # an objective without a weight of its KL, and the one that is the same with it at 1


def turnable(spec: Spec) -> tuple[Knob, ...]:
    """Return the knobs that may be turned in the middle of a training, each with its value now as its default."""
    training = [dataclasses.replace(knob, default=getattr(spec.training, knob.name))
                for knob in catalog.knobs(Training) if knob.name in TRAINING]  # fmt: skip
    chosen = _weighed(spec.objective)
    made = catalog.make("objectives", chosen)
    own = [dataclasses.replace(knob, default=getattr(made, knob.name))
           for knob in catalog.knobs(made) if type(knob.default) is float]  # fmt: skip
    return (*own, *training)


def changed(spec: Spec, values: Mapping[str, Value]) -> Spec:
    """Return the Spec with other values of some knobs. ValueError, with what may change, if that cannot be."""
    known = {knob.name: knob for knob in turnable(spec)}
    if unknown := sorted(set(values) - set(known)):
        raise ValueError(f"{unknown[0]!r} cannot change while this model is trained; {', '.join(known)} can.")
    given = {name: known[name].check(value) for name, value in values.items()}
    training = dataclasses.replace(spec.training, **{name: given[name] for name in TRAINING if name in given})  # type: ignore[arg-type]
    own = {name: value for name, value in given.items() if name not in TRAINING}
    objective = _weighed(spec.objective) if own else spec.objective
    return dataclasses.replace(spec, training=training, objective=Choice(objective.name, {**objective.knobs, **own}))


def _weighed(objective: Choice) -> Choice:
    """Return an objective as the one that is the same and has a weight of its KL, where there is one."""
    if objective.name not in WEIGHED:
        return objective
    return Choice(WEIGHED[objective.name], {"beta": 1.0, **objective.knobs})
