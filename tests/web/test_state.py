"""The ways to move z, and what undo makes of them: all without a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Runs `body` with a store of two examples, the functions of state.js, and a history.
RUN = """async (body) => {
    const [ways, { createHistory }, { START }] = await Promise.all([
        import("/web/state.js"), import("/web/history.js"), import("/web/choices.js")]);
    const mean = Float32Array.from([1, 2, 3, 4]), std = Float32Array.from([0.5, 0.25, 0, 0]);
    const latents = { mean, std, d: 2, n: 2, classOf: (i) => i, meanOf: (i) => [mean[2 * i], mean[2 * i + 1]] };
    const start = { z: [0, 0], label: null, source: null, drawn: false, how: "", home: null, latents };
    const store = ways.createStore({ ...START, ...start });
    const history = createHistory(store);
    const heard = [];
    store.subscribe((state, before, { by }) => heard.push(by));
    const place = () => {
        const { z, label, source, drawn, how } = store.state;
        return { z, label, source, drawn, how };
    };
    const given = { store, history, heard, place, ...ways };
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
    return new AsyncFunction(...Object.keys(given), body)(...Object.values(given));
}"""


def run(page: Page, body: str) -> Any:
    return page.evaluate(RUN, body)


def test_a_visit_ends_where_it_began_and_is_no_persons_move(web_page: Page) -> None:
    found = run(
        web_page,
        """pick(store, 1); heard.length = 0;
        visit(store, [7, 7]); visit(store, [8, 8]);
        const [away, rest] = [place(), placeOf(store.state)];
        leave(store); leave(store);
        return { away, rest, back: place(), heard };""",
    )
    home = {"z": [3, 4], "label": None, "source": 1, "drawn": False, "how": ""}
    assert found["away"] == {"z": [8, 8], "label": None, "source": None, "drawn": False, "how": "a place of the map"}
    assert found["rest"] == found["back"] == home
    assert found["heard"] == ["visit"] * 3


def test_a_click_during_a_visit_stays(web_page: Page) -> None:
    after = "visit(store, [7, 7]); moveTo(store, [7, 7]); leave(store); return [place().z, store.state.home];"
    assert run(web_page, after) == [[7, 7], None]


def test_an_example_is_taken_at_its_mean_or_drawn_around_it(web_page: Page) -> None:
    found = run(
        web_page,
        """pick(store, 0, null, { drawn: true });
        const drawn = place();
        const many = Array.from({ length: 4000 }, () => sampleOf(store.state.latents, 0));
        const average = [0, 1].map((k) => many.reduce((sum, z) => sum + z[k], 0) / many.length);
        const off = (k) => many.reduce((sum, z) => sum + (z[k] - average[k]) ** 2, 0) / many.length;
        const spread = [0, 1].map((k) => Math.sqrt(off(k)));
        return { drawn, average, spread };""",
    )
    assert found["drawn"]["source"] == 0
    assert found["drawn"]["drawn"] is True
    assert found["drawn"]["z"] != [1, 2]
    assert found["average"] == pytest.approx([1, 2], abs=0.05)
    assert found["spread"] == pytest.approx([0.5, 0.25], rel=0.1)


def test_a_locked_dimension_stays_whoever_moves_the_rest(web_page: Page) -> None:
    found = run(
        web_page,
        """choose(store, { locked: [1] });
        moveTo(store, [5, 5]);
        const byHand = place();
        pick(store, 1);
        const picked = place();
        visit(store, [9, 9]);
        const visited = place();
        leave(store);
        recall(store, { z: [6, 6], label: null });
        return { byHand, picked, visited, recalled: place() };""",
    )
    assert found["byHand"]["z"] == [5, 0]
    assert found["picked"]["z"] == [3, 0]
    assert found["picked"]["source"] is None, "half an example is none"
    assert found["visited"]["z"] == [9, 0]
    assert found["recalled"]["z"] == [6, 6], "a pin and an undo restore all of z"


def test_every_rest_is_a_step_back_and_forth(web_page: Page) -> None:
    found = run(
        web_page,
        """const seen = [];
        history.keep(); moveTo(store, [1, 0]); history.keep(); history.keep(); pick(store, 1); history.keep();
        const steps = () => seen.push([...place().z, history.can.undo, history.can.redo]);
        history.undo(); steps(); history.undo(); steps(); history.undo(); steps();
        history.redo(); steps();
        history.keep(); steps();
        moveTo(store, [2, 2]); history.keep(); steps();
        history.undo(); history.redo(); history.redo(); steps();
        history.forget(); steps();
        return seen;""",
    )
    assert found == [
        [1, 0, True, True],
        [0, 0, False, True],
        [0, 0, False, True],  # there is nothing before the first
        [1, 0, True, True],
        [1, 0, True, True],  # an undo that comes to rest is no new step
        [2, 2, True, False],  # a new move: what was undone is gone
        [2, 2, True, False],
        [2, 2, False, False],
    ]


def test_z_and_its_class_go_in_one_move_and_keep_how_they_came(web_page: Page) -> None:
    found = run(
        web_page,
        """moveTo(store, [1, 1], null, { label: 3, how: "the mean of 3" });
        const moves = heard.length;
        history.keep(); visit(store, [9, 9]); leave(store);
        const back = place();
        moveTo(store, [2, 2]); const byHand = place(); history.keep(); history.undo();
        const undone = place();
        choose(store, { locked: [0] }); moveTo(store, [5, 5], null, { how: "pin A" });
        return { moves, back, byHand, undone, held: place() };""",
    )
    mean = {"z": [1, 1], "label": 3, "source": None, "drawn": False, "how": "the mean of 3"}
    assert found["moves"] == 1
    assert found["back"] == found["undone"] == mean
    assert found["byHand"] == mean | {"z": [2, 2], "how": ""}
    assert found["held"]["how"] == "", "with a dimension held it is not that place"
