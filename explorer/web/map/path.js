// The way of a morph: its places, and the word of the badge for each; and the net of a square.

import { priorShare, rankOf, sharesOf } from "../latent/place.js";
import { spacingOf } from "../latent/spacing.js";
import { netOf, pathOf } from "../latent/travel.js";
import { changed } from "../state.js";

const STEPS = 33; // places of a path at which data are looked for
const MESHES = 4; // along a side of the net
const FOLLOWED = ["latents", "tab", "pins", "way", "ends", "groups"]; // of the state: another value may be another path

/** @param {import("../engine/background.js").Lane} worker @param {() => void} found   it is known how near data lie */
export function createPath(worker, found) {
  let path = { zs: null, ranks: null, key: "", latents: null };
  let net = [];

  async function find(state) {
    const zs = pathOf(state, STEPS);
    const [key, { model, latents }] = [JSON.stringify(zs), state];
    if (key === path.key && latents === path.latents) return;
    const mine = (path = { zs, ranks: null, key, latents });
    if (!zs) return;
    const spacing = await spacingOf(worker, latents);
    const ranks = [];
    for (const z of zs) {
      const near = path === mine && spacing?.means.length && (await worker.near(z, 1));
      if (!near || path !== mine) return; // overtaken, or nobody knows
      ranks.push(rankOf(sharesOf(spacing, near.distances[0], model.stochastic ? priorShare(z) : null)));
    }
    mine.ranks = ranks;
    found();
  }

  return {
    /** @returns {{z: number[], rank: number | null}[]} rank: of the words of place.js, null: not known yet; none: there is no way */
    places: () => (path.zs ?? []).map((z, i) => ({ z, rank: path.ranks?.[i] ?? null })),
    /** @returns {[number[], number[]][]} the ends of its lines; none: there is no square */
    net: () => net,
    follow(state, before) {
      if (!changed(state, before, ...FOLLOWED)) return;
      net = netOf(state, MESHES);
      find(state);
    },
  };
}
