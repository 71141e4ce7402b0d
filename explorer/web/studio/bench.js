// The live sliders of a moment: z, and above them what the decoder of that moment makes of it.

import { nameOf } from "../latent/maps.js";
import { h } from "../ui/dom.js";
import { written } from "../ui/words.js";
import { createFace } from "./face.js";

const REACH = 3; // sigmas of the prior to each side

/**
 * @param {object} host
 * @param {import("./feed.js").Feed} host.feed @param {import("./reel.js").Reel} host.reel
 * @param {import("../engine/runtime.js").Runtime} host.runtime
 * @param {(z: number[]) => void} host.moved   z is somewhere else now
 */
export function createBench({ feed, reel, runtime, moved }) {
  const face = createFace(feed, reel, runtime);
  const list = h("div", { class: "knobs" });
  const classes = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Class that is painted", hidden: "" }));
  const element = h("section", { class: "bench" }, face.element, classes, list);
  let [z, label, rows] = [null, null, []];

  /** @param {number[]} to @param {Event} [event] */
  function move(to, event) {
    z = to;
    rows.forEach(({ input, output }, k) => {
      if (event?.target !== input) input.value = String(to[k]);
      output.textContent = written(to[k], 2);
    });
    face.show(z, label, event);
    moved(z);
  }

  function begin() {
    if (!reel.stage || rows.length) return;
    const { d, classes: told, labelNames } = reel.stage;
    rows = Array.from({ length: d }, (_, k) => createRow(k));
    list.replaceChildren(...rows.map((row) => row.element));
    label = told ? 0 : null;
    classes.toggleAttribute("hidden", !told);
    classes.replaceChildren(...(told ? labelNames.map((name, k) => h("option", { value: k }, name)) : []));
    move(Array(d).fill(0));
  }

  function createRow(k) {
    const name = nameOf(k);
    const input = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: -REACH, max: REACH, step: "any", value: 0, "aria-label": name }));
    const output = h("output", {}, "0.00");
    input.addEventListener("input", (event) => move(z.with(k, Number(input.value)), event));
    input.addEventListener("dblclick", () => move(z.with(k, 0)));
    return { input, output, element: h("label", {}, h("span", {}, name), input, output) };
  }

  classes.addEventListener("change", (event) => {
    label = Number(classes.value);
    face.show(z, label, event);
  });
  const leave = reel.subscribe(begin);
  begin();

  return {
    element,
    move,
    get z() { return z; }, // prettier-ignore
    dispose() {
      leave();
      face.dispose();
    },
  };
}
