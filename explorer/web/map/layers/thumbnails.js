// Points as pictures: each point in sight as its reconstruction, once one has zoomed in so far that there are few.

import { placeOfExample } from "../../latent/latents.js";
import { colourOf } from "../palette.js";
import { createRest } from "./rest.js";
import { createSheet } from "./sheet.js";
import { shownIn } from "./shown.js";
import { createStamps, drawWhole } from "./stamps.js";

const MOST = 150; // points in sight
const APART = 16; // pixels from a point to the nearest other, at the median
const SIZE = { least: 26, most: 56 }; // of a picture, in pixels
const FRAME = 2.5;
const KEPT = 1000;

/** @param {import("../../mount.js").Desk} desk @param {() => void} changed   there is more to draw */
export function createThumbnails({ store, lane }, changed) {
  const sheet = createSheet("above");
  const stamps = createStamps(lane(6), KEPT, changed);
  const rest = createRest(ask);
  let of = null; // the latents whose pictures are kept
  let inSight = [];
  let note = "";

  function ask() {
    const { state } = store;
    stamps.ask(inSight.map((index) => ({ key: index, ...placeOfExample(state, index) })), state.model.shape); // prettier-ignore
  }

  function turnTo(latents) {
    if (latents === of) return;
    of = latents;
    stamps.clear();
    rest.forget();
  }

  function paint(viewport, { xy }, size) {
    const { brush } = sheet.begin(viewport);
    for (const index of inSight) {
      const stamp = stamps.get(index);
      if (!stamp) continue;
      const [x, y] = viewport.toScreen([xy[2 * index], xy[2 * index + 1]]);
      const whole = size + 2 * FRAME;
      brush.fillStyle = colourOf(of.classOf(index) ?? -1);
      brush.fillRect(x - whole / 2, y - whole / 2, whole, whole);
      drawWhole(brush, stamp, x - size / 2, y - size / 2, size, size);
    }
  }

  function wait(sentence) {
    note = sentence;
    stamps.drop();
    rest.forget();
    sheet.hide();
  }

  return {
    element: sheet.canvas,
    title: "Points as pictures",
    help: "Each point as its reconstruction, framed in the colour of its class.",
    note: () => note,
    unfit: ({ model }) => (model.decoder ? "" : "This model has no decoder here."),
    draw(viewport, map) {
      const { latents } = store.state;
      turnTo(latents);
      const found = pointsIn(map.xy, viewport, shownIn(store.state), MOST);
      if (!found) return wait(`Zoom in further: more than ${MOST} points are in sight.`);
      const apart = spacing(map.xy, found) * viewport.k;
      if (apart < APART) return wait(`Zoom in further: the ${found.length} points in sight lie too close together.`);
      note = "";
      inSight = found;
      paint(viewport, map, Math.min(SIZE.most, Math.max(SIZE.least, apart)));
      rest.seen(viewport, found.join(","));
    },
    hide: () => wait(""),
  };
}

/** The points in sight, or null if they are more than `most`. @returns {number[] | null} */
function pointsIn(xy, { x, y, k, width, height }, shown, most) {
  const [wide, high] = [width / 2 / k, height / 2 / k];
  const found = [];
  for (let i = 0; 2 * i < xy.length; i++) {
    if (Math.abs(xy[2 * i] - x) > wide || Math.abs(xy[2 * i + 1] - y) > high || !shown(i)) continue;
    if (found.length === most) return null;
    found.push(i);
  }
  return found;
}

/** The median distance of points to the nearest other of them, in map units; a lonely point is far. */
function spacing(xy, indices) {
  if (indices.length < 2) return Infinity;
  const nearest = indices.map((i) => {
    let best = Infinity;
    for (const j of indices) {
      if (i !== j) best = Math.min(best, (xy[2 * i] - xy[2 * j]) ** 2 + (xy[2 * i + 1] - xy[2 * j + 1]) ** 2);
    }
    return best;
  });
  return Math.sqrt(nearest.sort((one, other) => one - other)[Math.floor(nearest.length / 2)]);
}
