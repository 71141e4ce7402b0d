"""A walk by itself and the pressed pointers: the two that say that z is not at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Runs `body` beside a walk that counts its steps in z, and is over when z or the tab is another.
RUN = """async (body) => {
    const [{ createWalk }, { createStore }] = await Promise.all([import("/web/ui/walk.js"), import("/web/state.js")]);
    const root = document.createElement("div");
    const store = createStore({ z: 0, tab: "explore", speed: "1", home: null });
    const heard = { steps: [], calm: [], busy: 0, changed: 0 };
    const by = (who) => (patch) => store.set(patch, { by: who });
    const [person, visit] = [by("person"), by("visit")];
    const walk = createWalk({ root, store, busy: () => heard.busy++ }, {
        step(passed, calm) {
            heard.steps.push(passed);
            heard.calm.push(calm);
            person({ z: store.state.z + 1 });
        },
        calmMs: 50,
        until: ["z", "tab"],
        changed: () => heard.changed++,
    });
    const steps = async (n) => {
        const enough = heard.steps.length + n;
        while (heard.steps.length < enough) await nextFrame();
    };
    const given = { root, store, walk, heard, person, visit, steps };
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
    const found = await new AsyncFunction(...Object.keys(given), body)(...Object.values(given));
    walk.dispose();
    return found;
}"""


def run(page: Page, body: str) -> Any:
    return page.evaluate(RUN, body)


def test_escape_ends_a_walk(web_page: Page) -> None:
    found = run(
        web_page,
        """walk.start();
        await steps(2);
        root.dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
        const on = walk.going;
        root.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
        return [on, walk.going];""",
    )
    assert found == [True, False]


def test_its_own_steps_and_a_visit_do_not_end_a_walk_but_anybody_else_does(web_page: Page) -> None:
    found = run(
        web_page,
        """walk.start();
        await steps(3);
        visit({ z: 7 });
        person({ speed: "2" });
        const on = walk.going;
        person({ tab: "morph" });
        const off = walk.going;
        const count = heard.steps.length;
        await nextFrame();
        return { on, off, still: heard.steps.length === count, changed: heard.changed };""",
    )
    assert found == {"on": True, "off": False, "still": True, "changed": 2}


def test_a_walk_waits_while_the_mouse_looks_around_and_says_that_z_is_not_at_rest(web_page: Page) -> None:
    found = run(
        web_page,
        """visit({ home: { z: 0 } });
        walk.start();
        for (let i = 0; i < 3; i++) await nextFrame();
        const [waited, busy] = [heard.steps.length, heard.busy];
        visit({ home: null });
        await steps(1);
        return { waited, busy, first: heard.steps[0], going: walk.going };""",
    )
    assert found["waited"] == 0
    assert found["busy"] >= 2
    assert found["first"] <= 100, "the time of the visit was walked through"
    assert found["going"]


def test_with_less_motion_a_walk_makes_few_and_longer_steps(web_page: Page) -> None:
    web_page.emulate_media(reduced_motion="reduce")
    found = run(web_page, "walk.start(); await steps(3); return heard;")
    web_page.emulate_media(reduced_motion="no-preference")
    assert all(passed >= 50 for passed in found["steps"])
    assert found["calm"] == [True] * 3
    assert found["busy"] > 0


def test_a_pointer_is_pressed_until_it_is_lifted_anywhere_or_the_window_is_left(web_page: Page) -> None:
    found = web_page.evaluate("""async () => {
        const { createPressed } = await import("/web/ui/pressed.js");
        const inside = document.createElement("div");
        document.body.append(inside);
        let [presses, lifts, any] = [0, 0, []];
        const pressed = createPressed(inside, { press: () => presses++, lift: () => lifts++ });
        const send = (where, name, pointerId) => {
            where.dispatchEvent(new PointerEvent(name, { pointerId, bubbles: true }));
            any.push(pressed.any);
        };
        send(document.body, "pointerdown", 1);
        send(inside, "pointerdown", 1);
        send(inside, "pointerdown", 2);
        send(document.body, "pointerup", 1);
        send(document.body, "pointercancel", 2);
        send(inside, "pointerdown", 3);
        send(window, "blur");
        pressed.dispose();
        send(inside, "pointerdown", 4);
        inside.remove();
        return { any, presses, lifts };
    }""")
    assert found["any"] == [False, True, True, True, False, True, False, False]
    assert [found["presses"], found["lifts"]] == [3, 3]
