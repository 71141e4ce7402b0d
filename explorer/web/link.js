// A view as the words of a link, and back: the one place that knows how model, map, z and class stand in an address.

import { findExample } from "./latents.js";

const DIGITS = 5; // of z: by them an example is known again; a float32 would fill the link with noise

/** @typedef {Record<string, string>} Link   model, map, z, class; each may be missing */

/** What a link keeps of the state. @param {import("./state.js").State} state @returns {Link} */
export function linkOf({ model, map, z, label }) {
  const link = { model: model.name };
  if (map !== null) link.map = map;
  link.z = z.map((value) => Number(value.toFixed(DIGITS)) + 0).join(","); // + 0: no minus zero
  if (label !== null) link.class = String(label);
  return link;
}

/** Equal for links to the same view of a model. @param {Link} link */
export function keyOf({ model: _, ...words }) {
  return JSON.stringify(Object.entries(words).sort());
}

/**
 * Where a link leads, as far as the model alone can tell; `wrong` has a sentence for each thing that it asks for in vain.
 * @param {Link} link @param {import("./mount.js").Model} model
 * @returns {{z: number[], label: number | null, map: string | null, wrong: string[]}}
 */
export function readLink({ map = null, z, class: wanted }, { latent, classes, preview }) {
  const wrong = [];
  const given = (z ?? "").split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const usable = given.length === latent && given.every(Number.isFinite);
  if (z !== undefined && !usable) {
    wrong.push(`The link’s z is not ${latent} numbers with commas between; this is the usual start.`);
  }
  const known = /^\d+$/.test(wanted ?? "") && Number(wanted) < classes;
  if (wanted !== undefined && !known) {
    wrong.push(classes
      ? `The link asks for class ${quoted(wanted)}, but this model’s classes are 0 to ${classes - 1}; this is another one.`
      : `The link asks for class ${quoted(wanted)}, but this model is told no class: z alone decides.`); // prettier-ignore
  }
  return { z: usable ? given : Array.from(preview.z), label: known ? Number(wanted) : null, map, wrong };
}

/**
 * What only the encoded examples can tell: which map, whose mean z is, and, where the link names none, the class.
 * @param {{z: number[], label: number | null, map: string | null}} asked
 * @param {import("./latents.js").Latents} latents @param {number} classes of the model, 0: it is told none
 */
export function arrive({ z, label, map }, latents, classes) {
  const there = latents.maps.some(({ name }) => name === map);
  const wrong = map === null || there ? [] : [`The link asks for the map ${quoted(map)}, which this model does not have; this is another one.`];
  const source = findExample(latents, z);
  const first = latents.maps[0]?.name ?? null;
  return { map: there ? map : first, source, label: classes ? (label ?? latents.classOf(source) ?? 0) : null, wrong };
}

function quoted(word) {
  return `“${word.length > 40 ? `${word.slice(0, 40)}…` : word}”`;
}
