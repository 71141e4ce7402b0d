// The way of a morph: its places, and how near data lie to each.

import { spacingOf } from "../latent/spacing.js";
import { pathOf } from "../latent/travel.js";
import { changed } from "../state.js";

const STEPS = 33; // places of a path at which data are looked for
const FAR = 0.99; // of the data lie nearer to an example than this: beyond it there are none near
const FOLLOWED = ["latents", "tab", "pins", "way", "ends"]; // of the state: another value may be another path

/** @param {import("../engine/background.js").Lane} worker @param {() => void} found   it is known how near data lie */
export function createPath(worker, found) {
  let path = { zs: null, nearness: null, key: "", latents: null };

  async function find(state) {
    const zs = pathOf(state, STEPS);
    const [key, { latents }] = [JSON.stringify(zs), state];
    if (key === path.key && latents === path.latents) return;
    const mine = (path = { zs, nearness: null, key, latents });
    if (!zs) return;
    const spacing = await spacingOf(worker, latents);
    if (path !== mine) return; // overtaken
    const limit = spacing && Math.max(...[spacing.means, spacing.samples].map((each) => each[Math.floor(FAR * (each.length - 1))]));
    const nearness = [];
    for (const z of zs) {
      const near = limit && (await worker.near(z, 1));
      if (!near || path !== mine) return; // overtaken
      nearness.push(Math.min(1, limit / Math.max(near.distances[0], 1e-12)));
    }
    mine.nearness = nearness;
    found();
  }

  return {
    /** @returns {{z: number[], nearness: number | null}[]} none: there is no way; nearness null: not known yet */
    places: () => (path.zs ?? []).map((z, i) => ({ z, nearness: path.nearness?.[i] ?? null })),
    follow(state, before) {
      if (changed(state, before, ...FOLLOWED)) find(state);
    },
  };
}
