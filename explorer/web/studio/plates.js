// The same pictures at each moment: those that are reconstructed, and those that are drawn from the prior.

import { fillImage } from "../picture/pixels.js";
import { h } from "../ui/dom.js";
import { numbersOf } from "./accounts.js";

const GAP = 16; // a part of a picture's width, clear, lies between two of them

/**
 * @param {import("./reel.js").Reel} reel
 * @param {(z: number[], event: Event) => void} move   a person takes a draw
 */
export function createPlates(reel, move) {
  const pairs = plate("Reconstructions", "Test pictures above, and below each what comes back out of its μ");
  const draws = plate("New pictures", "The same 64 draws of z from the prior N(0, 1), decoded. Click one to take its z");
  const element = h("section", { class: "specimens" }, pairs.element, draws.element);

  function show() {
    const { look, stage } = reel;
    if (!look || !stage || element.offsetParent === null) return;
    const picture = numbersOf(stage.shape);
    const half = Math.ceil(stage.originals.length / picture / 2) * picture; // whole pictures, also of an odd number
    const rows = [0, half].flatMap((from) => [stage.originals.subarray(from, from + half), look.reconstructed.subarray(from, from + half)]);
    pairs.paint(rows, stage.shape);
    const wide = Math.round(Math.sqrt(stage.z.length / stage.d));
    const size = (look.samples.length * wide * stage.d) / stage.z.length;
    draws.paint(Array.from({ length: wide }, (_, i) => look.samples.subarray(i * size, (i + 1) * size)), stage.shape);
  }

  draws.canvas.addEventListener("click", (event) => {
    if (!reel.stage) return;
    const { z, d } = reel.stage;
    const [wide, box] = [Math.round(Math.sqrt(z.length / d)), draws.canvas.getBoundingClientRect()];
    const [column, row] = [(event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height].map((share) => Math.min(wide - 1, Math.floor(share * wide)));
    const index = row * wide + column;
    move(Array.from(z.subarray(index * d, (index + 1) * d)), event);
  });

  const watch = new ResizeObserver(show); // a panel that is opened shows what is seen now
  watch.observe(element);
  const leave = reel.subscribe(show);
  return {
    element,
    dispose() {
      watch.disconnect();
      leave();
    },
  };
}

/** A canvas of rows of pictures. */
function plate(title, help) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "tiles", role: "img", "aria-label": `${title}: ${help}` }));
  const element = h("figure", { title: help }, h("figcaption", {}, title), canvas);

  /** @param {Uint8Array[]} rows   each (columns, c, h, w) @param {[number, number, number]} shape */
  function paint(rows, shape) {
    const [c, height, width] = shape;
    const [size, columns, gap] = [c * height * width, rows[0].length / (c * height * width), Math.ceil(width / GAP)];
    const [wide, tall] = [columns * (width + gap) - gap, rows.length * (height + gap) - gap];
    if (canvas.width !== wide || canvas.height !== tall) [canvas.width, canvas.height] = [wide, tall];
    const [brush, image] = [canvas.getContext("2d"), new ImageData(width, height)];
    rows.forEach((row, y) => {
      for (let x = 0; x < row.length / size; x++) {
        fillImage(image.data, Float32Array.from(row.subarray(x * size, (x + 1) * size), (value) => value / 255), c);
        brush.putImageData(image, x * (width + gap), y * (height + gap));
      }
    });
  }
  return { element, canvas, paint };
}
