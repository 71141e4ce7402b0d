"""What a training changes: it can be kept and restored at any step, and goes on as if nothing had been."""

import math
from dataclasses import replace

import pytest
import torch

from explorer import catalog, snapshot
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.objectives import Moment
from explorer.plan import Plan
from explorer.source import Source, mixed
from explorer.spec import Spec, Training
from tests.small import smallest

TRAINING = Training(batch=16)
MLP = Choice("mlp", {"width": 8})
TINY = Spec((1, 8, 8), 3, network=MLP, training=TRAINING, classes=10)
KINDS = {
    **{name: replace(TINY, objective=Choice(name)) for name in catalog.names("objectives")},
    **{name: replace(TINY, network=smallest("networks", name)) for name in catalog.names("networks")},
    "optimal sigma": replace(TINY, likelihood=Choice("gaussian", {"sigma": "optimal"})),
    "learned sigma": replace(TINY, likelihood=Choice("gaussian", {"sigma": "learned"})),
    "average": replace(TINY, training=replace(TRAINING, ema=0.9)),
    "average of convolutions": replace(
        TINY, network=smallest("networks", "conv"), training=replace(TRAINING, ema=0.9, clip=1.0)
    ),
    "conditional": replace(TINY, conditional=True),
    "conditional factor": replace(TINY, conditional=True, objective=Choice("factor"), network=Choice("conv")),
}


@pytest.fixture(scope="module")
def few(digits):
    """Forty pictures: three batches of 16, the last one smaller."""
    return digits.train.take(slice(0, 40))


def learn(learner, images, until):
    source = Source(images, learner.spec, learner.plan)
    while learner.step < until:
        loss = learner.learn(source.batch(learner.step), Moment(learner.step / 8, len(images)))
    return loss


def assert_same(one, two):
    assert set(one) == set(two)
    for name, value in one.items():
        assert torch.equal(value, two[name]), name


@pytest.mark.parametrize("kind", KINDS)
def test_kept_at_any_step_it_goes_on_to_the_same_weights(kind, few, tmp_path):
    calm = Learner(KINDS[kind])
    learn(calm, few, 7)
    for kept in (0, 1, 4):
        learner = Learner(KINDS[kind])
        learn(learner, few, kept) if kept else None
        snapshot.write(tmp_path / "snapshot", learner.state())
        again = Learner(KINDS[kind])
        again.restore(snapshot.read(tmp_path / "snapshot"))
        assert again.step == kept
        learn(again, few, 7)
        assert_same(again.state(), calm.state())
        assert_same(again.best.state_dict(), calm.best.state_dict())


def test_looking_at_the_model_meanwhile_changes_nothing(few):
    calm, watched = Learner(TINY), Learner(TINY)
    learn(calm, few, 4)
    for step in range(1, 5):
        learn(watched, few, step)
        watched.best.eval().picture(torch.randn(2, 3))
        watched.state()
    assert_same(watched.state(), calm.state())


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(few):
    states = []
    for seed in (3, 3, 4):
        learner = Learner(replace(TINY, training=replace(TRAINING, seed=seed)))
        learn(learner, few, 3)
        states.append(learner.state())
    assert_same(states[0], states[1])
    assert not all(torch.equal(states[0][name], states[2][name]) for name in states[0])


def test_steps_and_seeds_near_each_other_have_their_own_random_numbers():
    """Of 10,000 numbers of 32 bits, which are all that the CPU's generator takes, two are the same once in 90 times."""
    seeds = [mixed(seed, step) for seed in range(50) for step in range(200)]
    assert len({seed % 2**32 for seed in seeds}) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)


BROKEN = {
    "a missing weight": lambda state: state.pop("model/encoder.1.weight"),
    "a missing step": lambda state: state.pop("step"),
    "half of the moments": lambda state: state.pop("adam/model/0/exp_avg"),
    "an unknown name": lambda state: state.update({"model/extra": torch.zeros(1)}),
    "a name that is no index": lambda state: state.update({"adam/model/x/exp_avg": torch.zeros(1)}),
    "another shape": lambda state: state.update({"model/encoder.1.weight": torch.zeros(3)}),
    "another type": lambda state: state.update({"step": torch.tensor(3.5)}),
    "no number": lambda state: state["model/encoder.1.bias"].fill_(math.nan),
    "an infinite moment": lambda state: state["adam/model/0/exp_avg_sq"].fill_(math.inf),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_state_of_another_model_is_refused_and_changes_nothing(how, few):
    learner = Learner(TINY)
    learn(learner, few, 2)
    before, broken = learner.state(), learner.state()
    BROKEN[how](broken)
    with pytest.raises(ValueError, match="The snapshot does not belong to this model: look at '"):
        learner.restore(broken)
    assert_same(learner.state(), before)


def test_weights_that_are_no_numbers_are_never_kept(few):
    learner = Learner(TINY)
    learn(learner, few, 1)
    with torch.no_grad():
        learner.model.encoder[1].weight[0, 0] = math.nan
    with pytest.raises(FloatingPointError, match=r"no longer numbers at step 1 \(model/encoder.1.weight\)"):
        learner.state()


def test_a_model_that_no_machine_holds_is_refused_before_it_is_built():
    wide = Choice("mlp", {"width": 4096})
    with pytest.raises(ValueError, match="A model may have 500,000,000 weights, this one has 25,"):
        Learner(Spec((3, 1024, 1024), network=wide))


def test_the_rate_falls_along_a_cosine_or_stays(few):
    batch = Source(few, TINY, Plan()).batch(0)
    for schedule, share in (("cosine", 0.5), ("constant", 1.0)):
        learner = Learner(replace(TINY, training=Training(rate=0.01, schedule=schedule)))
        learner.learn(batch, Moment(0.5, 40))
        assert learner.optimizers["model"].param_groups[0]["lr"] == pytest.approx(0.01 * share)


def test_long_gradients_are_shortened(few):
    batch, norms = Source(few, TINY, Plan()).batch(0), {}
    for clip in (0.0, 0.5):
        learner = Learner(replace(TINY, training=replace(TRAINING, clip=clip)))
        learner.learn(batch, Moment(0.0, 40))
        norms[clip] = torch.stack([weight.grad.norm() for weight in learner.model.parameters()]).norm().item()
    assert norms[0.0] > 1
    assert norms[0.5] == pytest.approx(0.5, rel=1e-4)


def test_the_average_forgets_the_start_and_follows_the_weights(few):
    """Decay 0.5; the first update copies, then u = 1, 2 ... keep min(0.5, (1 + u) / (10 + u)): 2/11, 3/12."""
    learner, seen = Learner(replace(TINY, training=replace(TRAINING, ema=0.5))), []
    for step in (1, 2, 3):
        learn(learner, few, step)
        seen.append(learner.model.encoder[1].weight.detach().clone())
    second = seen[0] * 2 / 11 + seen[1] * 9 / 11
    third = second * 3 / 12 + seen[2] * 9 / 12
    assert torch.allclose(learner.best.encoder[1].weight, third, atol=1e-7)
    assert learner.best is not learner.model


def test_the_discriminator_learns_beside_the_model(few):
    learner = Learner(KINDS["factor"])
    before = [value.clone() for value in learner.discriminator.state_dict().values()]
    learn(learner, few, 2)
    after = learner.discriminator.state_dict().values()
    assert not any(torch.equal(*pair) for pair in zip(before, after, strict=True))


@pytest.mark.parametrize("kind", ["vae", "factor", "beta_tc", "conv", "optimal sigma", "conditional"])
def test_bfloat16_computes_and_the_weights_stay_float32(kind, few):
    learner = Learner(KINDS[kind], Plan(precision="bfloat16"))
    loss, exact = learn(learner, few, 3), learn(Learner(KINDS[kind]), few, 3)
    assert loss.total.item() == pytest.approx(exact.total.item(), rel=0.05, abs=2)
    assert {value.dtype for value in learner.model.parameters()} == {torch.float32}
    learner.state()
