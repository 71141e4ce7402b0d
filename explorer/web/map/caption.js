// What stands below a saved map: its title, and what its colours mean; alone in a file it could not be read otherwise.

import { SCALE } from "./palette.js";

const [PAD, LINE, GAP] = [14, 22, 16]; // pixels
const [SIGN, BAR] = [14, 130]; // the room of a class’s sign, and of a scale

/** @typedef {{words: string, colour?: string} | {bar: true}} Item   a word, with a sign in its colour; or the scale */

/**
 * @param {string} title @param {import("./legend.js").Meaning | null} meaning
 * @param {CSSStyleDeclaration} look   its type and its ink @param {number} width
 * @returns {{height: number, draw: (brush: CanvasRenderingContext2D) => void}}   from the top left corner of the caption on
 */
export function createCaption(title, meaning, look, width) {
  const face = (weight) => `${weight} 13px ${look.fontFamily}`;
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = face(400);
  const placed = inLines(meaning ? itemsOf(meaning) : [], (item) => widthOf(item, ruler), width - PAD);
  const last = placed.at(-1)?.y ?? LINE;

  function draw(brush) {
    Object.assign(brush, { font: face(600), fillStyle: look.color, textBaseline: "middle" });
    brush.fillText(title, PAD, LINE, width - 2 * PAD);
    brush.font = face(400);
    for (const { item, x, y } of placed) drawItem(brush, item, x, y, look.color);
  }
  return { height: last + LINE, draw };
}

/** @returns {Item[]} */
function itemsOf({ title, classes, ends }) {
  const shown = classes.map(({ name, colour }) => ({ words: name, colour }));
  const scale = ends ? [{ words: ends[0] }, { bar: true }, { words: ends[1] }] : [];
  return [{ words: `${title}:` }, ...shown, ...scale];
}

function widthOf(item, ruler) {
  return "bar" in item ? BAR : ruler.measureText(item.words).width + (item.colour ? SIGN : 0);
}

/** One beside the other below the title, in as many lines as they need. */
function inLines(items, width, right) {
  let [x, y] = [PAD, 2 * LINE];
  return items.map((item) => {
    if (x > PAD && x + width(item) > right) [x, y] = [PAD, y + LINE];
    const place = { item, x, y };
    x += Math.ceil(width(item)) + GAP; // whole pixels, so that signs are sharp
    return place;
  });
}

function drawItem(brush, item, x, y, ink) {
  if ("bar" in item) return drawBar(brush, x, y);
  if (item.colour) {
    brush.fillStyle = item.colour;
    brush.fillRect(x, y - 5, 10, 10);
  }
  brush.fillStyle = ink;
  brush.fillText(item.words, x + (item.colour ? SIGN : 0), y);
}

function drawBar(brush, x, y) {
  const colours = brush.createLinearGradient(x, 0, x + BAR, 0);
  SCALE.forEach((colour, i) => colours.addColorStop(i / (SCALE.length - 1), colour));
  brush.fillStyle = colours;
  brush.fillRect(x, y - 5, BAR, 10);
}
