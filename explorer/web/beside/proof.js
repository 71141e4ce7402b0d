// A proof sheet of decoded pictures, one of which can be taken: by a click, or by a ring that the arrow keys move.

import { enlarge } from "../picture/pixels.js";
import { createTiles } from "../picture/tiles.js";
import { h } from "../ui/dom.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const GOOD = 0.8; // of the room: whole pixels are worth so much of it

/**
 * @param {string} label for screen readers
 * @param {((i: number, event: Event) => void) | null} take   null: the pictures are only looked at
 * @param {(i: number | null) => void} [look]   hears of the picture in the ring
 */
export function createProof(label, take = null, look = () => {}) {
  const tiles = createTiles(label);
  const print = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "print", "aria-hidden": "true" }));
  const ring = h("div", { class: "marker", hidden: "" });
  const said = h("span", { class: "unseen", role: "status" });
  const inside = h("div", { class: "proof" }, tiles.canvas, print, ring, said);
  const element = h("div", { class: "proof-room" }, inside);
  let [count, columns, shape, gap] = [0, 1, [1, 1, 1], 1];
  let at = null; // the picture in the ring
  let enlarged = 0; // how many times the print is larger than the pictures; 0: there is none
  let waiting = 0; // the animation frame

  /** As large as there is room; each pixel a whole number of the screen’s, where that does not make it much smaller. */
  function fit() {
    const { width, height } = tiles.canvas;
    const room = Math.min(element.clientWidth / width, element.clientHeight / height);
    const whole = Math.floor(room * devicePixelRatio) / devicePixelRatio;
    const sharp = whole >= GOOD * room;
    inside.style.inlineSize = `${width * (sharp ? whole : room)}px`;
    inside.style.aspectRatio = `${width} / ${height}`;
    inside.classList.toggle("smooth", !sharp);
    enlarged = sharp || room <= 1 ? 0 : Math.ceil(room * devicePixelRatio);
    print.toggleAttribute("hidden", enlarged === 0);
    reprint();
  }

  /** Where pixels cannot be whole, they are first made too large with hard edges, and then shrunk: all are alike wide. */
  function reprint() {
    if (enlarged === 0) return;
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      enlarge(tiles.canvas, enlarged, print);
    });
  }
  const watch = new ResizeObserver(fit);
  watch.observe(element);

  function point(i) {
    if (i === at) return;
    at = i;
    look(i);
    ring.toggleAttribute("hidden", i === null);
    if (i === null) return;
    const { width, height } = tiles.canvas;
    const [, high, wide] = shape;
    ring.style.left = `${(100 * (i % columns) * (wide + gap)) / width}%`;
    ring.style.top = `${(100 * Math.floor(i / columns) * (high + gap)) / height}%`;
    ring.style.width = `${(100 * wide) / width}%`;
    ring.style.height = `${(100 * high) / height}%`;
  }

  function press(event) {
    const [across, down] = STEPS[event.key] ?? [0, 0];
    const last = Math.ceil(count / columns) - 1;
    if (across || down) {
      const [column, row] = at === null ? [0, 0] : [(at % columns) + across, Math.floor(at / columns) + down];
      const next = clamp(row, last) * columns + clamp(column, columns - 1);
      point(Math.min(next, count - 1));
      said.textContent = `row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}`;
    } else if ((event.key === "Enter" || event.key === " ") && at !== null) take(at, event);
    else return;
    event.preventDefault();
  }

  if (take) {
    for (const [name, value] of [["tabindex", 0], ["role", "application"], ["aria-label", `${label}. The arrow keys choose one, Enter takes it.`]]) inside.setAttribute(name, value); // prettier-ignore
    inside.addEventListener("pointermove", (event) => point(tiles.at(event)));
    inside.addEventListener("pointerleave", () => point(null));
    inside.addEventListener("blur", () => point(null));
    inside.addEventListener("keydown", press);
    inside.addEventListener("click", (event) => {
      const i = tiles.at(event);
      if (i !== null) take(i, event);
    });
  }

  return {
    element,
    inside, // as large as the pictures together: what is to lie along them goes in here
    /** @param {Float32Array} pixels (n, c, h, w) in [0, 1] @param {number} from the place of the first */
    paint(pixels, from) {
      tiles.paint(pixels, from);
      reprint();
    },
    /** @param {number} n pictures @param {number} across columns @param {[number, number, number]} size c, h, w */
    begin(n, across, size, between = 1) {
      const other = n !== count || across !== columns || String(size) !== String(shape);
      [count, columns, shape, gap] = [n, across, size, between];
      tiles.begin(n, across, size, between);
      if (!other) return;
      if (at !== null) point(null);
      element.style.setProperty("--ratio", String(tiles.canvas.width / tiles.canvas.height));
      fit();
    },
    /** What is there is of something else. */
    clear() {
      tiles.clear();
      point(null);
      reprint();
    },
    dispose() {
      watch.disconnect();
      cancelAnimationFrame(waiting);
    },
  };
}

function clamp(value, most) {
  return Math.min(most, Math.max(0, value));
}
