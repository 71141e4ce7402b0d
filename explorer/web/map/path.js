// The way of a morph: its places, and how near data lie to each.

import { spacingOf } from "../latent/spacing.js";
import { pathOf } from "../latent/travel.js";
import { changed } from "../state.js";

const STEPS = 33; // places of a path at which data are looked for
const FAR = 0.99; // of the data lie nearer to an example than this: beyond it there are none near
const FOLLOWED = ["latents", "tab", "pins", "way", "ends"]; // of the state: another value may be another path

/** @param {import("../engine/background.js").Lane} worker @param {() => void} found   it is known how near data lie */
export function createPath(worker, found) {
  let path = { zs: null, nearness: null, key: "" };

  async function find(state) {
    const zs = pathOf(state, STEPS);
    const key = JSON.stringify(zs);
    if (key === path.key) return;
    path = { zs, nearness: null, key };
    if (!zs) return;
    const spacing = await spacingOf(worker, state.latents);
    if (path.key !== key) return; // overtaken
    const limit = spacing && Math.max(...[spacing.means, spacing.samples].map((each) => each[Math.floor(FAR * (each.length - 1))]));
    const nearness = [];
    for (const z of zs) {
      const near = limit && (await worker.near(z, 1));
      if (!near || path.key !== key) return; // overtaken
      nearness.push(Math.min(1, limit / Math.max(near.distances[0], 1e-12)));
    }
    path.nearness = nearness;
    found();
  }

  return {
    /** @returns {{z: number[], nearness: number}[]} none: there is no way */
    places: () => (path.zs ?? []).map((z, i) => ({ z, nearness: path.nearness?.[i] ?? 1 })),
    follow(state, before) {
      if (changed(state, before, ...FOLLOWED)) find(state);
    },
  };
}
