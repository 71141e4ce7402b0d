// What a person can choose, each once: its name in the state, its word in a link, and what holds if nobody chose.

/**
 * @template T
 * @typedef {object} Choice
 * @property {string} word                                   in a link
 * @property {T} start                                       what holds if nobody chose; it is not written into a link
 * @property {(value: T) => string} write
 * @property {(text: string, model: import("./mount.js").Model) => T | undefined} read   undefined: the text means nothing
 */

export const LAYERS = ["manifold", "thumbnails", "density", "prior", "means"];
export const PINS = ["A", "B", "C", "D"];
const DIGITS = 5; // of z: by them an example is known again; a float32 would fill the link with noise

/** @type {Record<string, Choice<any>>} */
export const CHOICES = {
  colour: text("colour", "label"), // what the points are coloured by: see map/colours.js
  hidden: numbers("hide"), // classes that are hidden on the map
  layers: words("layers", LAYERS),
  tab: one("show", ["explore", "generate", "morph", "traverse"]),
  beside: words("beside", ["source", "difference", "samples"]), // what stands beside the picture
  sampling: flag("sample"), // an example is drawn from q(z|x) and not taken at its mean
  steer: dimensions("steer", 2), // that a drag on the picture moves; none: the two most active
  bank: one("bank", ["dimensions", "principal", "between"]), // which directions the sliders move along
  range: one("range", ["data", "sigma", "prior"]), // how far they reach
  speed: one("speed", ["1", "0.5", "2"]), // of a slider that plays
  between: ways("between"), // "4>9": from the mean of class 4 to that of class 9; see latent/sets.js
  apart: flag("apart"), // these directions are made orthogonal to each other
  locked: dimensions("lock"), // they stay where they are
  side: whole("side", 8, 3, 20), // of the grid of generated pictures
  temperature: number("temperature", 1, 0, 3),
  seed: whole("seed", 1, 0, 999_999),
  draws: one("draws", ["prior", "mixture"]),
  way: one("way", ["straight", "spherical", "all", "square"]), // of a morph
  steps: whole("steps", 9, 3, 25),
  along: number("along", 0, 0, 1), // where on the way
  ends: ends("ends"), // of a straight or spherical way: pins, or means as in latent/sets.js
  rows: flag("rows"), // generated pictures: a class to each row, the same z down each column
  around: one("around", ["z", "mean"]), // what a traverse goes out from
  columns: whole("columns", 7, 7, 11), // of a traverse
  pins: pins(), // {A: {z, label}}
  groups: groups(), // [{name, members}]
  view: view(), // which part of the map is seen: [x, y, times closer]; none: the whole
  large: flag("large"), // a projector's type
  readout: flag("readout"), // of frames
};

/** The state before anybody chose. */
export const START = Object.fromEntries(Object.entries(CHOICES).map(([name, { start }]) => [name, start]));

/** What of the state differs from the start, as the words of a link. @returns {Record<string, string>} */
export function writeChoices(state) {
  const chosen = Object.entries(CHOICES).filter(([name, choice]) => choice.write(state[name]) !== choice.write(choice.start));
  return Object.fromEntries(chosen.map(([name, choice]) => [choice.word, choice.write(state[name])]));
}

/**
 * The choices that a link makes; `wrong` has a sentence for each of its words that means nothing.
 * @param {Record<string, string>} link @param {import("./mount.js").Model} model
 */
export function readChoices(link, model) {
  const [choices, wrong] = [{ ...START }, []];
  for (const [name, { word, read }] of Object.entries(CHOICES)) {
    if (link[word] === undefined) continue;
    const value = read(link[word], model);
    if (value === undefined) wrong.push(`The link’s ${word} ${quoted(link[word])} means nothing here; this is the usual one.`);
    else choices[name] = value;
  }
  return { choices, wrong };
}

/** @param {string} word */
export function quoted(word) {
  return `“${word.length > 40 ? `${word.slice(0, 40)}…` : word}”`;
}

/** z in words. @param {ArrayLike<number>} z */
export function writeZ(z) {
  return Array.from(z, (value) => Number(value.toFixed(DIGITS)) + 0).join(","); // + 0: no minus zero
}

/** @param {string} text @param {number} d @returns {number[] | undefined} */
export function readZ(text, d) {
  const z = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  return z.length === d && z.every(Number.isFinite) ? z : undefined;
}

// --- kinds of choices

function text(word, start) {
  return { word, start, write: (value) => value, read: (given) => given };
}

function one(word, names) {
  return { word, start: names[0], write: (value) => value, read: (given) => (names.includes(given) ? given : undefined) };
}

function flag(word) {
  return { word, start: false, write: (value) => (value ? "1" : ""), read: (given) => (given === "1" ? true : undefined) };
}

function number(word, start, low, high) {
  const read = (given) => (given.trim() !== "" && Number(given) >= low && Number(given) <= high ? Number(given) : undefined);
  return { word, start, low, high, write: String, read };
}

function whole(word, start, low, high) {
  const choice = number(word, start, low, high);
  const read = (given) => (Number.isInteger(Number(given)) ? choice.read(given) : undefined);
  return { ...choice, read };
}

/** set>set|set>set: a set is a class by its index, or g: and the name of a group */
function ways(word) {
  const read = (given) => (given.split("|").every((way) => /^(\d+|g:.+)>(\d+|g:.+)$/.test(way)) ? given.split("|") : undefined);
  return { word, start: Object.freeze([]), write: (value) => value.join("|"), read };
}

/** one|other: each a pin or a set, or nothing where nothing was there to choose */
function ends(word) {
  const read = (given) => (/^([A-D]?|\d+|g:[^|]+)\|([A-D]?|\d+|g:[^|]+)$/.test(given) ? given.split("|") : undefined);
  return { word, start: Object.freeze(["A", "B"]), write: (value) => value.join("|"), read };
}

function numbers(word) {
  const read = (given) => (/^\d+(,\d+)*$/.test(given) ? given.split(",").map(Number) : undefined);
  return { word, start: Object.freeze([]), write: (value) => value.join(","), read };
}

/** Dimensions of z, each once; `many`: no more and no less of them, where z has so many. */
function dimensions(word, many = null) {
  const choice = numbers(word);
  function read(given, { latent }) {
    const found = choice.read(given);
    const fit = found?.every((k, i) => k < latent && found.indexOf(k) === i);
    return fit && (many === null || found.length === Math.min(many, latent)) ? found : undefined;
  }
  return { ...choice, read };
}

function words(word, names) {
  const read = (given) => (given.split(",").every((each) => names.includes(each)) ? given.split(",") : undefined);
  return { word, start: Object.freeze([]), write: (value) => value.join(","), read };
}

/** x,y,times */
function view() {
  function read(given) {
    const found = readZ(given, 3);
    return found && found[2] > 0 ? found : undefined;
  }
  return { word: "view", start: null, write: (value) => (value ? value.join(",") : ""), read };
}

/** A=z;class|B=z */
function pins() {
  const write = (value) => Object.entries(value).map(([name, { z, label }]) => `${name}:${writeZ(z)}${label === null ? "" : `;${label}`}`).join("|"); // prettier-ignore
  function read(given, { latent, classes }) {
    const found = {};
    for (const part of given.split("|")) {
      const [, name, numbers, told] = /^([A-D]):([^;]*)(?:;(\d+))?$/.exec(part) ?? [];
      const [z, label] = [name && readZ(numbers, latent), told === undefined ? null : Number(told)];
      if (!z || (classes ? label === null || label >= classes : label !== null)) return undefined;
      found[name] = { z, label };
    }
    return found;
  }
  return { word: "pins", start: Object.freeze({}), write, read };
}

/** name:members|name:members; a name has neither of the two signs */
function groups() {
  const write = (value) => value.map(({ name, members }) => `${name}:${writeMembers(members)}`).join("|");
  function read(given) {
    const parts = given.split("|").map((part) => /^([^:]+):(\.?[\w-]+)$/.exec(part));
    const found = parts.map((part) => part && { name: part[1], members: readMembers(part[2]) });
    return found.every((group) => group?.members) ? found : undefined;
  }
  return { word: "groups", start: Object.freeze([]), write, read };
}

const SIXTY_FOUR = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const AS_BITS = "."; // the first letter of members that are not written as gaps
const EXAMPLES = 2 ** 20; // no model has more: eight letters can name a number that fills the memory with bits

/** Sorted indices, in whichever way is shorter: a link must not be too long for what carries it. @param {number[]} members */
export function writeMembers(members) {
  const [gaps, bits] = [writeGaps(members), writeBits(members)];
  return bits.length < gaps.length ? bits : gaps;
}

/** @param {string} text @returns {number[] | undefined} undefined: they cannot be examples of any model */
export function readMembers(text) {
  const members = text.startsWith(AS_BITS) ? readBits(text.slice(1)) : readGaps(text);
  return members.every((index) => index < EXAMPLES) ? members : undefined;
}

/** Six a letter: is 0 inside, 1, 2 ...? Many that lie close take less room so. */
function writeBits(members) {
  const letters = new Uint8Array(Math.floor((members.at(-1) ?? 0) / 6) + 1);
  for (const member of members) letters[Math.floor(member / 6)] |= 1 << (member % 6);
  return AS_BITS + Array.from(letters, (six) => SIXTY_FOUR[six]).join("");
}

function readBits(text) {
  return Array.from(text, (letter, i) => [0, 1, 2, 3, 4, 5].filter((bit) => (SIXTY_FOUR.indexOf(letter) >> bit) & 1).map((bit) => 6 * i + bit)).flat();
}

/** The gaps between them, five bits a letter, the sixth says that more follow. */
function writeGaps(members) {
  let [text, last] = ["", -1];
  for (const member of members) {
    let gap = member - last - 1;
    for (; gap > 31; gap = Math.floor(gap / 32)) text += SIXTY_FOUR[32 + (gap % 32)];
    text += SIXTY_FOUR[gap];
    last = member;
  }
  return text;
}

function readGaps(text) {
  const members = [];
  let [gap, unit, last] = [0, 1, -1];
  for (const letter of text) {
    const value = SIXTY_FOUR.indexOf(letter);
    gap += (value % 32) * unit;
    unit *= 32;
    if (value >= 32) continue;
    last += gap + 1;
    members.push(last);
    [gap, unit] = [0, 1];
  }
  return members;
}
