// A view as the words of a link, and back: the one place that knows how model, map, z, class and all choices stand there.

import { PINS, quoted, readChoices, readZ, START, writeChoices, writeZ } from "./choices.js";
import { findExample } from "./latent/latents.js";
import { isMap } from "./latent/maps.js";
import { setsOf } from "./latent/sets.js";
import { coloursOf } from "./map/colours.js";
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
 * What only the encoded examples can tell: which map, which example z came from, where the link names none, the class,
 * and which of the other choices this model has.
 * @param {Partial<import("./state.js").State>} asked
 * @param {import("./latent/latents.js").Latents} latents @param {import("./mount.js").Model} model
 * @returns {Partial<import("./state.js").State> & {wrong: string[]}}
 */
export function arrive(asked, latents, model) {
  const { z, label, map, source: told, drawn } = asked;
  const wrong = [];
  const lack = (what, word, instead) => wrong.push(`The link asks for ${what} ${quoted(word)}, which this model does not have; ${instead}.`);
  const there = map !== null && isMap(map, latents);
  if (map !== null && !there) lack("the map", map, "this is another one");
  const source = drawn && told < latents.n ? told : findExample(latents, z);
  const first = latents.maps[0]?.name ?? null;
  const known = model.classes ? (label ?? latents.classOf(source) ?? 0) : null;
  return { ...keepThere(asked, latents, model, lack), map: there ? map : first, source, drawn: drawn && told < latents.n, label: known, wrong };
}

/** Of the choices that name something of a model, those that this model has. */
function keepThere({ colour, between, ends, groups }, latents, model, lack) {
  const painted = colour === START.colour || coloursOf({ latents, model }).some(({ key }) => key === colour);
  if (!painted) lack("the colour", colour, "this is the usual one");
  const alive = groups.filter(({ members }) => members.some((index) => index < latents.n));
  for (const { name } of groups) if (!alive.some((group) => group.name === name)) lack("examples of the group", name, "it is left out");
  const sets = setsOf({ latents, groups: alive }).map(({ key }) => key);
  const ways = between.filter((way) => way.split(">").every((key) => sets.includes(key)));
  for (const way of between) if (!ways.includes(way)) lack("a direction between", way, "it is left out");
  const gone = ends.find((key) => key && !PINS.includes(key) && !sets.includes(key));
  if (gone) lack("a way from or to the mean of", gone, "it leads from pin to pin");
  return { colour: painted ? colour : START.colour, groups: alive, between: ways, ends: gone ? START.ends : ends };
}
