// Which points of the map are shown: all but those of hidden classes, whatever the classes are of.

import { colourIn } from "../colours.js";

const known = new WeakMap(); // latents -> what was found last

/** The same function for the same choice. @param {import("../../state.js").State} state @returns {(index: number) => boolean} */
export function shownIn(state) {
  const { latents, colour, hidden } = state;
  const last = known.get(latents);
  if (last?.colour === colour && last.hidden === hidden) return last.shown;
  const shown = without(hidden, hidden.length ? colourIn(state) : null);
  known.set(latents, { colour, hidden, shown });
  return shown;
}

function without(hidden, colour) {
  if (colour?.kind !== "classes") return everything;
  const [values, gone] = [colour.values(), new Set(hidden)];
  return (index) => !gone.has(values[index]);
}

const everything = () => true;
