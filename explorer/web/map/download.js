// The map as a PNG: all layers of the plot in their order, twice as fine as on the screen, on its paper, with a caption.

import { pngOf, save } from "../ui/save.js";
import { createCaption } from "./caption.js";

const DENSITY = 2;
// What the sheets of style say about a drawing; alone in a file it would not know.
const STYLES = [
  "display", "visibility", "opacity", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray",
  "stroke-linecap", "stroke-linejoin", "paint-order", "shape-rendering", "font-family", "font-size", "font-style",
  "font-weight", "font-variant-numeric", "text-anchor",
]; // prettier-ignore

/**
 * @typedef {object} Seen
 * @property {HTMLElement} frame   with room for the words of the axes
 * @property {HTMLElement} plot    in the frame; its children are the layers: canvases, drawings and the points
 * @property {import("./points.js").Points} points
 * @property {import("./viewport.js").View} viewport
 */

/** @param {Seen} seen @param {string} name of the file @param {string} title @param {import("./legend.js").Meaning | null} meaning */
export async function downloadMap(seen, name, title, meaning) {
  save(await pngOf(await composeMap(seen, title, meaning)), `${name}.png`);
}

/** @returns {Promise<HTMLCanvasElement>} */
async function composeMap({ frame, plot, points, viewport }, title, meaning) {
  const whole = frame.getBoundingClientRect();
  const caption = createCaption(title, meaning, getComputedStyle(frame), whole.width);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [whole.width, whole.height + caption.height].map((size) => Math.round(size * DENSITY));
  const brush = canvas.getContext("2d");
  const layers = await Promise.all(Array.from(plot.children, (layer) => pictureOf(layer, points, viewport, whole)));
  brush.scale(DENSITY, DENSITY);
  brush.fillStyle = paperUnder(frame);
  brush.fillRect(0, 0, canvas.width, canvas.height); // more than all: the last row of pixels may be cut
  for (const layer of layers.filter(Boolean)) {
    const { x, y, width, height } = layer.box;
    brush.drawImage(layer.image, x - whole.x, y - whole.y, width, height);
  }
  brush.translate(0, whole.height);
  caption.draw(brush);
  return canvas;
}

/** What a layer looks like and where, or null: it is hidden, or words and not a drawing. */
async function pictureOf(layer, points, viewport, whole) {
  if (getComputedStyle(layer).display === "none") return null;
  const box = layer.getBoundingClientRect();
  if (layer.classList.contains("points")) return { image: await points.picture(viewport, DENSITY), box };
  if (layer instanceof HTMLCanvasElement) return { image: layer, box };
  if (!(layer instanceof SVGSVGElement)) return null;
  const overflows = getComputedStyle(layer).overflow === "visible"; // the words of the axes lie outside
  const sheet = overflows ? whole : box;
  return { image: await imageOf(layer, box, sheet), box: sheet };
}

/** A drawing as an image of its own, that shows `sheet` of the screen. */
async function imageOf(svg, box, sheet) {
  const copy = svg.cloneNode(true);
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, i) => dress(element, getComputedStyle(originals[i])));
  const frame = { width: sheet.width * DENSITY, height: sheet.height * DENSITY, viewBox: [sheet.x - box.x, sheet.y - box.y, sheet.width, sheet.height].join(" ") }; // prettier-ignore
  for (const [name, value] of Object.entries(frame)) copy.setAttribute(name, value);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

function dress(element, styles) {
  for (const name of STYLES) element.style.setProperty(name, styles.getPropertyValue(name));
}

/** The first colour under an element that is not transparent. */
function paperUnder(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/^(transparent|rgba\(.*, 0\))$/.test(colour)) return colour;
  }
  return "white";
}
