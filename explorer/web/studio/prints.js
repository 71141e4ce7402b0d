// The pictures of one run of several: what is decoded at the cursor, the reconstructions, or draws from the prior.

import { partsOf, putPicture } from "../picture/pixels.js";
import { h } from "../ui/dom.js";
import { createFace } from "./face.js";
import { createPlate, lightOf } from "./pictures.js";

export const PRINTS = [
  { name: "cursor", title: "Cursor", about: "What each decoder makes of the place of the cursor" },
  { name: "pairs", title: "Reconstructions", about: "Test pictures, and below each what comes back out of its μ" },
  { name: "draws", title: "Draws", about: "The same draws of z from N(0, 1), decoded by each. Click one to take its z" },
];
const COLUMNS = [4, 8, 16, 32];
const GAP = 1; // pixels of a picture between two

/**
 * @param {object} run
 * @param {import("./feed.js").Feed} run.feed @param {import("./reel.js").Reel} run.reel
 * @param {import("../engine/runtime.js").Runtime} run.runtime
 * @param {(z: number[], event: Event) => void} run.take   a person takes a draw
 */
export function createPrints({ feed, reel, runtime, take }) {
  const face = createFace(feed, reel, runtime);
  const original = createPlate("original", "The test picture itself");
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "compare-tiles", role: "img" }));
  const decoded = h("figure", { class: "compare-face" }, face.element, h("figcaption", {}, "decoded"));
  const element = h("div", { class: "compare-prints" }, original.element, decoded, canvas);
  let [what, index, columns] = ["cursor", null, 8];

  function show() {
    const { look, stage } = reel;
    original.element.hidden = what !== "cursor" || index === null || !stage || index >= countOf(stage.originals, stage);
    decoded.hidden = what !== "cursor" || !look;
    canvas.hidden = what === "cursor" || !look || !stage;
    if (!stage) return;
    if (!original.element.hidden) original.paint(partsOf(stage.originals, countOf(stage.originals, stage))[index], stage.shape);
    if (!canvas.hidden) paint(what === "pairs" ? [stage.originals, look.reconstructed] : [look.samples], stage);
  }

  /** Rows of pictures, as large as there is room for: below each of the first list that of the second. */
  function paint(lists, stage) {
    const { shape } = stage;
    const [high, wide] = [shape[1] + GAP, shape[2] + GAP];
    const n = countOf(lists[0], stage);
    const rowsOf = (each) => Math.ceil(n / each) * lists.length;
    const sizeOf = (each) => Math.min(element.clientWidth / (each * wide), element.clientHeight / (rowsOf(each) * high));
    columns = COLUMNS.reduce((best, each) => (sizeOf(each) > sizeOf(best) ? each : best));
    const rows = rowsOf(columns);
    [canvas.width, canvas.height] = [columns * wide - GAP, rows * high - GAP];
    canvas.style.inlineSize = `${Math.floor(sizeOf(columns) * canvas.width)}px`;
    canvas.setAttribute("aria-label", `${n} ${what === "pairs" ? "test pictures, and below each its reconstruction" : "draws from the prior, decoded"}`);
    canvas.style.imageRendering = sizeOf(columns) < 1 ? "auto" : ""; // made smaller, pixels would be left out
    const brush = canvas.getContext("2d");
    lists.forEach((list, below) =>
      partsOf(list, n).forEach((part, i) => {
        putPicture(brush, lightOf(part), shape, (i % columns) * wide, (Math.floor(i / columns) * lists.length + below) * high);
      }),
    );
  }

  canvas.addEventListener("click", (event) => {
    const { z, d } = reel.stage;
    if (what !== "draws") return;
    const [box, rows] = [canvas.getBoundingClientRect(), Math.ceil(z.length / d / columns)];
    const [column, row] = [(columns * (event.clientX - box.x)) / box.width, (rows * (event.clientY - box.y)) / box.height].map(Math.floor);
    const draw = Math.min(z.length / d - 1, row * columns + column);
    take(Array.from(z.subarray(draw * d, (draw + 1) * d)), event);
  });

  const sizes = new ResizeObserver(show);
  sizes.observe(element);
  const leave = reel.subscribe(show);
  return {
    element,
    /** @param {string} name one of PRINTS */
    turn(name) {
      what = name;
      element.dataset.shown = name;
      show();
    },
    /** @param {number[]} z @param {number | null} label @param {number | null} example whose z that is @param {Event} [event] */
    decode(z, label, example, event) {
      index = example;
      face.show(z, label, event);
      show();
    },
    dispose() {
      sizes.disconnect();
      leave();
      face.dispose();
    },
  };
}

const countOf = (pixels, { shape: [c, high, wide] }) => pixels.length / (c * high * wide);
