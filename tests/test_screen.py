"""What a person sees of a training; and that nobody need be looking."""

import io
import os
from dataclasses import replace

import pytest
from rich.console import Console

from explorer import checkpoint, run, screen
from explorer.learner import Learner
from explorer.plan import Plan
from explorer.train import train


def test_the_bar_says_what_the_run_does(tiny_spec, digits):
    *_, last = train(Learner(tiny_spec), digits.train)
    for state, shown in (("running", "epoch 1.0: "), ("drawing", "keeping the model: drawing"), ("paused", "paused")):
        out = io.StringIO()
        with screen.bar(Console(file=out, width=200), Plan()) as watch:
            watch(state, last)
        assert shown in out.getvalue()
    with screen.bar(Console(file=out), Plan(rank=1, world=2)) as watch:
        before = out.getvalue()
        watch("running", last)
    assert out.getvalue() == before


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Plan(), "on cpu with one thread in float32"),
        (Plan("cuda:0", 4, "bfloat16", 0, 2), "on cuda:0 with 4 threads in bfloat16, 2 processes together"),
    ],
)
def test_a_plan_in_words(plan, words):
    assert screen.plan(plan) == words


def test_the_result_says_how_to_open_it(tiny, tiny_spec):
    out = io.StringIO()
    made = run.Run(tiny.folder.parent / "runs" / "tiny", tiny_spec, "", "", "", {}, True)
    screen.result(Console(file=out, width=400), made, tiny.folder.parent / "my models")
    said = out.getvalue()
    assert f"Kept as {tiny.folder}\n" in said
    assert f"run `explorer --models-dir '{tiny.folder.parent}/my models'` and choose tiny" in said


def test_a_pipe_that_nobody_reads_is_written_to_in_vain():
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        patient = screen.Patient(stream)
        assert not patient.isatty()
        os.close(reader)
        for _ in range(3):
            patient.write("words")
            patient.flush()


def test_a_bar_with_nothing_left_to_do_names_no_losses(tiny_spec, digits):
    *_, last = train(Learner(tiny_spec), digits.train)
    out = io.StringIO()
    with screen.bar(Console(file=out, width=200), Plan()) as watch:
        watch("running", last._replace(parts={}))
    assert "epoch 1.0 " in out.getvalue()
    assert " = " not in out.getvalue()


@pytest.mark.parametrize(("last", "said"), [(90.0, True), (20.0, False)])
def test_a_training_that_went_astray_is_said_to(tiny, tiny_spec, monkeypatch, last, said):
    out = io.StringIO()
    made = run.Run(tiny.folder.parent / "runs" / "tiny", tiny_spec, "", "", "", {}, True)
    history = [{"step": 1, "reconstruction": 30.0}, {"step": 9, "reconstruction": last}]
    monkeypatch.setattr(checkpoint, "read", lambda folder: replace(tiny, history=history))
    screen.result(Console(file=out, width=400), made, None)
    assert ("The reconstruction loss rose from 30.0 to " in out.getvalue()) is said
