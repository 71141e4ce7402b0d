"""A desk of its own for one part of the view: a store, the worker and a window on a map, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

# window.stage holds it until the page's `dispose` takes it away; `asked` is every z that a lane was asked to decode.
STAGE = """async ([data, state, size]) => {
    const from = (path) => import(`/web/${path}`);
    const [{ createStore }, { START }, { createBackground }] = await Promise.all(
        ["state.js", "choices.js", "engine/background.js"].map(from));
    const [{ fetchLatents }, { createViewport, boundsOf }] = await Promise.all(
        ["latent/latents.js", "map/viewport.js"].map(from));
    const { createLayers } = await from("map/layers/layers.js");
    const { createCard } = await from("map/card.js");
    const absolute = (url) => new URL(url, location.href).href;
    const model = { ...data.model, url: absolute(data.model.url) };
    const runtime = { module: absolute(data.runtime.module), wasm: absolute(data.runtime.wasm) };
    const latents = await fetchLatents(`${model.url}latents.safetensors`, model.latent);
    const place = { z: model.preview.z, label: model.classes ? 0 : null, source: null, drawn: false, home: null };
    const store = createStore({ model, latents, map: null, ...place, ...START, ...state });
    const failed = [];
    const background = createBackground((error) => failed.push(error.message));
    const asked = [];
    let answered = null;
    const lane = (priority) => {
        const own = background.lane(priority);
        return { ...own, decode(z, labels, part) {
            asked.push({ priority, z: Array.from(z), labels });
            return (answered = own.decode(z, labels, part));
        } };
    };
    const root = document.createElement("div");
    root.className = "explorer";
    const style = document.createElement("link");
    Object.assign(style, { rel: "stylesheet", href: "/web/style.css" });
    const styled = new Promise((done) => (style.onload = done));
    document.head.append(style);
    const desk = { root, store, lane };
    const [layers, card] = [createLayers(desk), createCard(desk)];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.append(layers.marks, layers.names);
    const plot = document.createElement("div");
    plot.style.cssText = `position: absolute; left: 0; top: 0; width: ${size[0]}px; height: ${size[1]}px`;
    svg.style.cssText = "position: absolute; inset: 0; width: 100%; height: 100%";
    plot.append(layers.ground, layers.above, svg, card.element, layers.menu);
    root.append(plot);
    document.body.prepend(root);
    await styled;
    const viewport = createViewport();
    viewport.resize(...size);
    const mapOf = (name) => latents.maps.find((map) => map.name === name);
    const show = (name) => {
        viewport.fit(boundsOf(mapOf(name).xy));
        layers.draw(viewport, mapOf(name));
    };
    const painted = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const colour = (canvas, at) => {
        const { data, width } = painted(canvas);
        const pixel = (i) => Array.from(data.subarray(i, i + 4));
        return at.map(([x, y]) => pixel(4 * (Math.floor(y) * width + Math.floor(x))));
    };
    const settle = async () => {
        await nextFrame();
        await new Promise((done) => setTimeout(done, 200)); // longer than the view has to rest
        await answered;
        await nextFrame();
    };
    window.dispose = () => (layers.dispose(), card.dispose(), background.dispose(), root.remove(), style.remove());
    const tools = { mapOf, show, colour, painted, settle };
    window.stage = { store, layers, card, viewport, latents, asked, failed, root, ...tools };
    background.open(model, data.decodes === false ? null : runtime, latents);
}"""


def set_stage(page: Page, data: dict[str, Any], size: tuple[int, int] = (600, 400), **state: Any) -> None:
    page.evaluate(STAGE, [data, state, list(size)])
