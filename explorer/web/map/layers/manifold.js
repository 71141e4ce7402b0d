// The decoded manifold: a grid of pictures under the points, each at the place on the map that it is decoded from.

import { isTold } from "../../state.js";
import { createRest } from "./rest.js";
import { createSheet } from "./sheet.js";
import { createStamps, drawWhole } from "./stamps.js";

const TILE = 44; // pixels, about: a step of the grid is a power of two in map units
const KEPT = 2000; // tiles, or all that are in sight: a large screen has more
const COARSER = 5; // levels that may stand in for what is not decoded yet
const FINER = 2;

/** @param {import("../../mount.js").Desk} desk @param {() => void} changed   there is more to draw */
export function createManifold({ store, lane }, changed) {
  const sheet = createSheet("ground");
  const tiles = createStamps(lane(5), KEPT, changed);
  const rest = createRest(ask);
  let of = { map: null, model: null, label: null }; // what the tiles are of
  let view = null;

  function ask() {
    const { model, label, map } = of;
    const level = levelOf(view);
    const step = 2 ** level;
    const placeOf = ([i, j]) => ({ key: keyOf(level, i, j), z: map.unproject([i * step, j * step]), label });
    tiles.ask(coarseFirst(tilesIn(view, level), view, level).map(placeOf), model.shape);
  }

  function turnTo(next) {
    if (next.map === of.map && next.model === of.model && next.label === of.label) return;
    of = next;
    tiles.clear();
    rest.forget();
  }

  function paint(viewport) {
    const level = levelOf(viewport);
    const { brush, density } = sheet.begin(viewport);
    const draw = (at) => drawTiles(brush, density, viewport, at, tiles);
    brush.setTransform(1, 0, 0, 1, 0, 0);
    const whole = tilesIn(viewport, level).every(([i, j]) => tiles.has(keyOf(level, i, j)));
    if (!whole) {
      for (let at = level + COARSER; at > level; at--) draw(at);
      for (let at = level - FINER; at < level; at++) draw(at);
    }
    draw(level);
  }

  return {
    element: sheet.canvas,
    title: "Decoded map",
    help: "What the decoder paints at each place; zoom in for more.",
    unfit({ model }, map) {
      if (!model.decoder) return "This model has no decoder here.";
      return map.decodable ? "" : "A place on this map has no z of its own to decode.";
    },
    draw(viewport, map) {
      const { model, label } = store.state;
      turnTo({ map, model, label });
      if (!isTold(store.state)) return; // it is known soon
      view = viewport;
      paint(viewport);
      rest.seen(viewport);
    },
    hide() {
      tiles.drop();
      rest.forget();
      sheet.hide();
    },
  };
}

/** The grid's step is 2 to this power. @param {{k: number}} viewport */
function levelOf({ k }) {
  return Math.round(Math.log2(TILE / k));
}

/** The tiles (i, j) in sight: the middle of one is at (i, j) times the step. @returns {[number, number][]} */
function tilesIn(viewport, level) {
  const { x, y, k, width, height } = viewport;
  const index = (at) => Math.floor(at / 2 ** level + 0.5);
  const [left, right] = [index(x - width / 2 / k), index(x + width / 2 / k)];
  const [bottom, top] = [index(y - height / 2 / k), index(y + height / 2 / k)];
  const found = [];
  for (let j = bottom; j <= top; j++) for (let i = left; i <= right; i++) found.push([i, j]);
  return found;
}

/** A tile of the coarser grid has the same middle as one of the finer, so they are one and the same picture. */
function keyOf(level, i, j) {
  if (i === 0 && j === 0) return "0";
  while ((i | j) % 2 === 0) [level, i, j] = [level + 1, i / 2, j / 2];
  return `${level} ${i} ${j}`;
}

/** Every fourth first, then every second, then the rest; among them those in the middle of the view first. */
function coarseFirst(found, { x, y }, level) {
  const [middleX, middleY] = [x / 2 ** level, y / 2 ** level];
  const rank = ([i, j]) => ((i | j) % 4 === 0 ? 0 : (i | j) % 2 === 0 ? 1 : 2);
  const far = ([i, j]) => Math.hypot(i - middleX, j - middleY);
  return found.sort((one, other) => rank(one) - rank(other) || far(one) - far(other));
}

/** Edges at whole pixels of the screen, so that no seam shows between tiles. */
function drawTiles(brush, density, viewport, level, tiles) {
  const { x, y, k, width, height } = viewport;
  const step = 2 ** level;
  const across = (i) => Math.round((width / 2 + ((i - 0.5) * step - x) * k) * density);
  const down = (j) => Math.round((height / 2 - ((j + 0.5) * step - y) * k) * density);
  for (const [i, j] of tilesIn(viewport, level)) {
    const tile = isOwn(tiles, level, i, j) ? tiles.get(keyOf(level, i, j)) : null;
    if (!tile) continue;
    const [left, top] = [across(i), down(j)];
    drawWhole(brush, tile, left, top, across(i + 1) - left, down(j - 1) - top);
  }
}

/** Is it of this grid, and not only left from a coarser one? Then it would lie small in the middle of the larger picture. */
function isOwn(tiles, level, i, j) {
  if ((i | j) % 2 !== 0) return true;
  return [[i - 1, j], [i + 1, j], [i, j - 1], [i, j + 1]].some(([a, b]) => tiles.has(keyOf(level, a, b))); // prettier-ignore
}
