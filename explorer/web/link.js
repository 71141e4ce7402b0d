// A view as the words of a link, and back: the one place that knows how model, map, z, class and all choices stand there.

import { quoted, readChoices, readZ, writeChoices, writeZ } from "./choices.js";
import { findExample } from "./latent/latents.js";
import { isMap } from "./latent/maps.js";
import { placeOf } from "./state.js";

/** @typedef {Record<string, string>} Link   model, map, z, class, example, and the words of choices.js; each may be missing */

/** What a link keeps of the state. @param {import("./state.js").State} state @returns {Link} */
export function linkOf(state) {
  const { model, map } = state;
  const { z, label, source, drawn } = placeOf(state);
  const link = { model: model.name };
  if (map !== null) link.map = map;
  link.z = writeZ(z);
  if (label !== null) link.class = String(label);
  if (drawn) link.example = String(source); // of a mean, z itself tells which
  return { ...link, ...writeChoices(state) };
}

/** Equal for links to the same view of a model. @param {Link} link */
export function keyOf({ model: _, ...words }) {
  return JSON.stringify(Object.entries(words).sort());
}

/**
 * Where a link leads, as far as the model alone can tell; `wrong` has a sentence for each thing that it asks for in vain.
 * @param {Link} link @param {import("./mount.js").Model} model
 * @returns {Partial<import("./state.js").State> & {wrong: string[]}}
 */
export function readLink(link, model) {
  const { latent, classes, preview } = model;
  const { map = null, z, class: wanted } = link;
  const { choices, wrong } = readChoices(link, model);
  const given = z === undefined ? undefined : readZ(z, latent);
  if (z !== undefined && !given) {
    wrong.push(`The link’s z is not ${latent} numbers with commas between; this is the usual start.`);
  }
  const known = /^\d+$/.test(wanted ?? "") && Number(wanted) < classes;
  if (wanted !== undefined && !known) {
    wrong.push(classes
      ? `The link asks for class ${quoted(wanted)}, but this model’s classes are 0 to ${classes - 1}; this is another one.`
      : `The link asks for class ${quoted(wanted)}, but this model is told no class: z alone decides.`); // prettier-ignore
  }
  const example = /^\d+$/.test(link.example ?? "") ? Number(link.example) : null; // that z was drawn from
  return { ...choices, z: given ?? Array.from(preview.z), label: known ? Number(wanted) : null, map, source: example, drawn: example !== null, how: "", wrong };
}

/**
 * What only the encoded examples can tell: which map, which example z came from, and, where the link names none, the class.
 * @param {{z: number[], label: number | null, map: string | null, source: number | null, drawn: boolean}} asked
 * @param {import("./latent/latents.js").Latents} latents @param {number} classes of the model, 0: it is told none
 */
export function arrive({ z, label, map, source: told, drawn }, latents, classes) {
  const there = map !== null && isMap(map, latents);
  const wrong = map === null || there ? [] : [`The link asks for the map ${quoted(map)}, which this model does not have; this is another one.`];
  const source = drawn && told < latents.n ? told : findExample(latents, z);
  const first = latents.maps[0]?.name ?? null;
  const known = classes ? (label ?? latents.classOf(source) ?? 0) : null;
  return { map: there ? map : first, source, drawn: drawn && told < latents.n, label: known, wrong };
}
