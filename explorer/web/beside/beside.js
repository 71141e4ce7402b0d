// What stands beside the explorer, one tab each: generate, morph, traverse.

import { createGenerate } from "./generate.js";
import { createMorph } from "./morph.js";
import { createTraverse } from "./traverse.js";

/** @param {import("../mount.js").Desk} desk */
export function createBeside(desk) {
  const all = [createGenerate(desk), createMorph(desk), createTraverse(desk)];
  return { elements: all.map(({ element }) => element), dispose: () => all.forEach((each) => each.dispose?.()) };
}
