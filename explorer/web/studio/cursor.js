// One cursor in the maps of several runs: at the same test picture in each, or at the same z; and words for where it is.

import { written } from "../ui/words.js";
import { agreeOn } from "./differs.js";
import { createPassing } from "./passing.js";

export const WAYS = [
  { name: "example", title: "Same picture", about: "In each map the cursor goes to the same test picture, the one nearest to it" },
  { name: "z", title: "Same z", about: "In each map the cursor goes to the same z" },
];
const OBSTACLES = {
  z: { by: "latent", why: "These runs differ in the number of latent dimensions, so that the same z means nothing in all of them." },
  example: { by: "data", why: "These runs learn from different pictures, so that no picture is the same in all of them." },
};
const FEW = 4; // numbers of a z that are told in full

/**
 * @param {import("./cell.js").Cell[]} cells
 * @param {(words: string) => void} tell   where the cursor is now
 */
export function createCursor(cells, tell) {
  let [way, last] = [WAYS[0].name, cells[0]]; // last: the cell whose map was pointed at
  const { pass, settle, leave } = createPassing(hold, go);
  const specs = () => cells.map(({ feed }) => feed.state.spec);

  /** Why the cursor cannot go that way through these runs; "": it can. @param {string} name one of WAYS */
  function obstacle(name) {
    const { by, why } = OBSTACLES[name];
    return agreeOn(specs(), by) ? "" : why;
  }

  /** To a place of one map, and to what belongs to it in the others. @param {number[]} z @param {number | null} index of the example nearest to it @param {Event} [event] */
  function go(cell, z, index, event) {
    last = cell;
    const able = !obstacle(way);
    if (way === "z") {
      for (const other of able ? cells : [cell]) other.go(z, event);
      return tell(able ? `${wordsOf(z)} in every map.` : `${wordsOf(z)} in “${cell.title}”.`);
    }
    const example = index ?? cell.nearest(z);
    const exact = example !== null && cell.isAt(example, z);
    for (const other of able && example !== null ? cells : [cell]) {
      if (other !== cell || exact) other.goTo(example, event);
      else other.go(z, event);
    }
    if (!able || example === null) tell(`${wordsOf(z)} in “${cell.title}”.`);
    else if (exact) tell(everywhere(cell, example));
    else tell(`In “${cell.title}” z is where the hand is; in the other maps it is the μ of ${cell.called(example).toLowerCase()}, which is nearest to it there.`);
  }

  function hold() {
    const [cell, z, example] = [last, last.z, last.example];
    if (!z) return begin;
    return () => go(cell, example === null ? z : cell.meanOf(example), example);
  }

  /** So that there is a cursor to be seen, and to be moved: at the first picture. */
  function begin() {
    for (const cell of cells) cell.goTo(0);
    const seen = cells.find(({ reel }) => reel.stage && reel.look);
    if (seen && !obstacle("example")) tell(`${everywhere(seen, 0)} Move over any map; click or drag to stay there.`);
  }

  return {
    begin,
    /** A person has pointed at a place of one map. */
    move: settle,
    /** A mouse passes over a place of one map. */
    pass,
    leave,
    obstacle,
    get way() { return way; }, // prettier-ignore
    /** The other cursors go where they belong now. @param {string} name one of WAYS */
    turn(name) {
      way = name;
      if (last.z) go(last, last.z, null);
    },
  };
}

const everywhere = (cell, example) => `${cell.called(example)} in every map: each decodes its own μ of it.`;

/** @param {number[]} z */
function wordsOf(z) {
  const some = z.slice(0, FEW).map((value) => written(value));
  return `z = (${some.join(", ")}${z.length > FEW ? `, … ${z.length} numbers` : ""})`;
}
