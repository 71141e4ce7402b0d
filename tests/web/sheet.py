"""A part of the studio on a sheet of its own, beside a fake feed and reel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

# `studio.go(step)` shows a look, `studio.tell(patch)` brings news; both wait for the drawing.
# `studio.went`: the steps that the part itself asked for.
SHOW = """async ([module, create, state, looks, stage, step]) => {
    const made = (await import(`/web/studio/${module}.js`))[create];
    const sheet = document.createElement("div");
    sheet.className = "explorer";
    sheet.style.cssText =
        "position: fixed; inset: 0 auto auto 0; z-index: 9; min-block-size: 0; block-size: 260px; inline-size: 600px";
    document.body.append(sheet);
    await dressed(sheet);
    const heard = { feed: new Set(), reel: new Set() };
    const subscribe = (to) => (listener) => (heard[to].add(listener), () => heard[to].delete(listener));
    const tell = (to) => [...heard[to]].forEach((listener) => listener());
    const floats = (arrays) => Object.entries(arrays).map(([name, values]) => [name, Float32Array.from(values)]);
    const typed = ({ mean = [], std = [], kl = [] } = {}) => Object.fromEntries(floats({ mean, std, kl }));
    const see = (to) => (reel.look = to === null ? null : { step: to, live: false, figures: {}, ...typed(looks[to]) });
    const feed = { state, subscribe: subscribe("feed") };
    const go = (to) => (studio.went.push(to), see(to), tell("reel"));
    const reel = { look: null, stage, subscribe: subscribe("reel"), go };
    see(step);
    const part = made({ feed, reel });
    sheet.append(part.element);
    window.studio = {
        sheet, part, reel, went: [],
        listeners: () => heard.feed.size + heard.reel.size,
        go: async (to) => (see(to), tell("reel"), await nextFrame()),
        tell: async (patch = {}) => (Object.assign(state, patch), tell("feed"), await nextFrame()),
    };
    window.dispose = () => (part.dispose(), sheet.remove());
    await studio.tell();
    await nextFrame();
}"""


def show(page: Page, part: str, state: dict[str, Any], looks: dict[int, Any], stage: Any, step: int | None) -> None:
    """Show web/studio/PART.js at a step; looks: what lies at some steps, stage: what stays the same."""
    usual = {"moments": [], "changes": [], "reports": []}
    page.evaluate(SHOW, [part, f"create{part.capitalize()}", usual | state, looks, stage, step])
