// In what several runs differ, in plain words: the choices of each that are not the same in all.

import { short } from "../ui/words.js";

const MENUS = ["data", "network", "objective", "likelihood"];

/** @typedef {{title: string, also: string}} Difference   also: how else it is trained, which is told beside a title of its own */

/**
 * Each run as what it is beside the others: “objective ae”, “objective beta, beta 4”, “latent 8”; "" where nothing differs.
 * @param {(object | null)[]} specs   null: not known yet
 * @returns {Difference[]}
 */
export function differencesOf(specs) {
  const all = specs.map((spec) => (spec ? choicesOf(spec) : new Map()));
  const known = all.filter(({ size }) => size);
  const told = [...new Set(known.flatMap((each) => [...each.keys()]))].filter((key) => differs(key, known));
  return all.map((each) => {
    const own = told.filter((key) => each.has(key) && !isUnset(key, each.get(key)));
    const [is, trained] = [false, true].map((whether) => own.filter((key) => key.startsWith("training.") === whether).map((key) => wordsOf(key, each)).join(", ")); // prettier-ignore
    return is ? { title: is, also: trained } : { title: trained, also: "" };
  });
}

/** Whether all that are known make the same choice; who waits in line has not said all of it yet. @param {(object | null)[]} specs @param {"data" | "likelihood" | "latent"} what */
export function agreeOn(specs, what) {
  const known = specs.filter(Boolean).map(choicesOf);
  const keys = [...new Set(known.flatMap((each) => [...each.keys()]))];
  return !keys.some((key) => key.split(".")[0] === what && differs(key, known));
}

/** All choices of a run by their place: a menu, a knob of its entry, a field, or a knob of the training. */
function choicesOf(spec) {
  const inMenus = MENUS.flatMap((menu) => {
    const { name, knobs } = spec[menu];
    return [[menu, name], ...Object.entries(knobs).map(([knob, value]) => [`${menu}.${name}.${knob}`, value])];
  });
  const fields = ["latent", "conditional"].map((name) => [name, spec[name]]);
  return new Map([...inMenus, ...fields, ...Object.entries(spec.training).map(([knob, value]) => [`training.${knob}`, value])]);
}

function differs(key, all) {
  return new Set(all.filter((each) => each.has(key)).map((each) => JSON.stringify(each.get(key)))).size > 1;
}

/** A run has epochs or minutes: the other is 0, which says nothing. */
const isUnset = (key, value) => value === 0 && ["training.epochs", "training.minutes"].includes(key);

/** “beta 4”; of an objective that others have not, with the knob that it has before all others: its weight. */
function wordsOf(key, choices) {
  const value = choices.get(key);
  const said = `${key.split(".").at(-1)} ${say(value)}`;
  if (key !== "objective") return said;
  const first = [...choices.keys()].find((each) => each.startsWith(`objective.${value}.`));
  return first && choices.get(first) ? `${said}, ${wordsOf(first, choices)}` : said;
}

const say = (value) => (typeof value === "number" ? short(value) : String(value));
