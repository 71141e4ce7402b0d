// The mean of each class on the map, with its name.

import { s } from "../../ui/dom.js";
import { colourOf } from "../palette.js";

const MOST = 30; // names that an eye can tell apart
const LETTER = 10; // pixels, about
const LINE = 18;
const DOWN = 5; // from the middle of a line to its foot
const LINES = [0, -1, 1, -2, 2, -3, 3]; // where a name may stand, from its mean

/** @param {import("../../mount.js").Desk} desk */
export function createMeans({ store }) {
  const element = s("g", { class: "means", visibility: "hidden" });
  let of = { map: null, latents: null };
  let marks = []; // {label, at in map units, mark}

  function renew(map, latents) {
    if (map === of.map && latents === of.latents) return;
    of = { map, latents };
    const means = meansOf(map.xy, latents.labels);
    const there = means.flatMap((at, label) => (at ? [{ label, at }] : []));
    marks = there.map(({ label, at }) => ({ label, at, mark: markOf(label, latents.nameOf(label), sideOf(at, there)) }));
    element.replaceChildren(...marks.map(({ mark }) => mark));
  }

  /** A pin's letter stands where its z is, so the names make room. */
  function pinsOn({ project }, viewport) {
    const places = project ? Object.values(store.state.pins).map(({ z }) => viewport.toScreen(project(z))) : [];
    return places.map(([x, y]) => ({ left: x - 4, right: x + 20, y: y - DOWN }));
  }

  return {
    element,
    title: "Class means",
    help: "The average place of each class on this map.",
    unfit({ latents }) {
      if (!latents.labels) return "The examples have no classes.";
      return latents.labelNames.length > MOST ? `There are ${latents.labelNames.length} classes: more than ${MOST} would hide the map.` : "";
    },
    draw(viewport, map) {
      const { latents, hidden, colour } = store.state;
      renew(map, latents);
      const taken = pinsOn(map, viewport); // boxes of letters and names, in pixels
      for (const { label, at, mark } of marks) {
        const gone = colour === "label" && hidden.includes(label);
        mark.setAttribute("visibility", gone ? "hidden" : "inherit");
        const place = viewport.toScreen(at);
        mark.setAttribute("transform", `translate(${place.join(" ")})`);
        if (!gone) settle(mark.lastChild, place, taken);
      }
      element.setAttribute("visibility", "visible");
    },
    hide: () => element.setAttribute("visibility", "hidden"),
  };
}

function markOf(label, name, side) {
  const words = s("text", { "data-side": side, "text-anchor": side > 0 ? "start" : "end" }, name);
  return s("g", { class: "mean" }, s("circle", { r: 7, fill: colourOf(label) }), words);
}

/** Puts a name where no other name is: beside its mean, else some lines higher or lower. */
function settle(words, [x, y], taken) {
  const [side, wide] = [Number(words.dataset.side), LETTER * words.textContent.length];
  const boxAt = (lines) => ({ left: side > 0 ? x + 12 : x - 12 - wide, right: side > 0 ? x + 12 + wide : x - 12, y: y + lines * LINE });
  const meets = (box) => taken.some((other) => box.left < other.right && other.left < box.right && Math.abs(box.y - other.y) < LINE);
  const lines = LINES.find((each) => !meets(boxAt(each))) ?? 0;
  taken.push(boxAt(lines));
  words.setAttribute("x", String(12 * side));
  words.setAttribute("y", String(lines * LINE + DOWN));
}

/** The name stands on the side away from the nearest other mean: 1 right, -1 left. */
function sideOf([x, y], others) {
  let [side, nearest] = [1, Infinity];
  for (const { at } of others) {
    const far = Math.hypot(at[0] - x, at[1] - y);
    if (far > 0 && far < nearest) [side, nearest] = [at[0] > x ? -1 : 1, far];
  }
  return side;
}

/** The average of the points of each class. @returns {([number, number] | null)[]} null: no point is of it */
export function meansOf(xy, labels) {
  const sums = []; // x, y, how many
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < 0) continue;
    const sum = (sums[labels[i]] ??= [0, 0, 0]);
    sum[0] += xy[2 * i];
    sum[1] += xy[2 * i + 1];
    sum[2] += 1;
  }
  return Array.from(sums, (sum) => (sum ? [sum[0] / sum[2], sum[1] / sum[2]] : null));
}
