// What is seen of a run: the latest look while it is trained, or any moment of its film.

import { readSafetensors } from "../latent/safetensors.js";

const KEPT = 120; // moments in memory
const ARRAYS = ["mean", "std", "kl", "reconstructed", "samples"]; // of a look

/**
 * @typedef {object} Stage   what the camera looks at from the first step to the last
 * @property {Uint8Array} originals       (k, c, h, w)
 * @property {Float32Array} z             (s, d): the draws that are decoded
 * @property {Int32Array | null} labels   (n)
 * @property {string[]} labelNames
 * @property {Int32Array | null} classes  (s): of a conditional model
 * @property {number} n @property {number} d @property {[number, number, number]} shape   c, h, w
 */

/**
 * @typedef {object} Look   what a training looks like at one step
 * @property {number} step
 * @property {boolean} live     the latest, and not a moment that is kept
 * @property {string | null} url   of the moment's files, ends in "/"; null: it cannot be decoded
 * @property {Record<string, number>} figures   epoch, seconds, done, test_reconstruction ...
 * @property {Float32Array} mean @property {Float32Array} std   (n, d)
 * @property {Float32Array} kl   (d), or none of an autoencoder
 * @property {Uint8Array} reconstructed @property {Uint8Array} samples   (k, c, h, w), (s, c, h, w)
 */

/** @param {import("./feed.js").Feed} feed @param {(sentence: string) => void} complain */
export function createReel(feed, complain) {
  const views = new Set();
  const kept = new Map(); // "step-version" -> Promise of a look, the latest used at the end
  let [stage, look] = [null, null];
  let stageVersion = 0;
  let wanted = null; // the step of a moment, or null: the latest
  let shown = ""; // what `look` is of
  let asked = ""; // what is under way: what comes later than its successor is dropped

  const momentAt = (step) => feed.state.moments.find(([each]) => each === step);
  const nearest = (step) => feed.state.moments.reduce((best, each) => (best && Math.abs(best[0] - step) <= Math.abs(each[0] - step) ? best : each), null);

  function tell(patch) {
    ({ stage, look } = { stage, look, ...patch });
    for (const view of views) view();
  }

  async function fetchStage(version) {
    stageVersion = version;
    try {
      const { tensors, metadata } = await read(`${feed.url}/stage/${version}`, "The stage of this run");
      if (version === stageVersion) tell({ stage: stageOf(tensors, metadata) });
      follow();
    } catch (error) {
      if (!error.message) stageVersion = 0; // the server did not answer: again when it does
      complain(error.message);
    }
  }

  /** Brings what is wanted onto the screen, if it is not there. */
  async function follow() {
    if (!stage) return;
    const { moments, versions, alive } = feed.state;
    const moment = wanted === null ? moments.at(-1) : momentAt(wanted);
    const live = wanted === null && alive && versions.now > (moment?.[1] ?? 0);
    if (!live && !moment) return;
    const key = live ? `now-${versions.now}` : moment.join("-");
    if (key === shown || key === asked) return;
    asked = key;
    try {
      const found = live ? await fetchLook(`${feed.url}/now/${versions.now}`, null) : await momentOf(moment);
      if (asked !== key) return;
      shown = key;
      tell({ look: { ...found, live: wanted === null } });
    } catch (error) {
      if (asked === key) complain(error.message);
    } finally {
      if (asked === key) asked = "";
    }
  }

  function momentOf([step, version]) {
    const key = `${step}-${version}`;
    const url = `${feed.url}/moments/${key}/`;
    const found = kept.get(key) ?? fetchLook(`${url}look.safetensors`, url);
    kept.delete(key);
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    return found;
  }

  async function fetchLook(address, url) {
    const { tensors, metadata } = await read(address, "This moment");
    const { step, ...figures } = JSON.parse(metadata.words);
    const arrays = Object.fromEntries(Object.entries(tensors).map(([name, { array }]) => [name, array]));
    const lacking = ARRAYS.find((name) => !arrays[name]);
    if (lacking) throw new Error(`This moment is damaged: it has no array “${lacking}”`);
    return { step, url, figures, live: false, ...arrays };
  }

  const leave = feed.subscribe(({ versions, moments }, before) => {
    if (versions.stage && versions.stage !== stageVersion) fetchStage(versions.stage);
    if (wanted !== null && !momentAt(wanted) && moments.length) wanted = nearest(wanted)[0]; // filmed anew after a resume
    if (moments !== before.moments) follow();
  });

  return {
    get stage() { return stage; }, // prettier-ignore
    /** @returns {Look | null} */
    get look() { return look; }, // prettier-ignore
    /** The step of the moment that is wanted, or null: the latest look. */
    get wanted() { return wanted; }, // prettier-ignore
    /** The newest moment at or before the look that is seen: what can be decoded. @returns {[number, number] | null} */
    get decodable() {
      const step = look?.step ?? Infinity;
      return feed.state.moments.findLast(([each]) => each <= step) ?? null;
    },
    subscribe(view) {
      views.add(view);
      return () => views.delete(view);
    },
    /** @param {number | null} step   to the moment nearest to it, or to what is happening now */
    go(step) {
      const moment = step === null ? null : nearest(step);
      wanted = moment?.[0] ?? null;
      for (const view of views) view();
      follow();
    },
    /** Fetches a moment before it is wanted. @param {number} index of feed.state.moments */
    prepare(index) {
      const moment = feed.state.moments[index];
      if (moment) momentOf(moment).catch(() => {});
    },
    dispose() {
      leave();
      views.clear();
    },
  };
}

/** @typedef {ReturnType<typeof createReel>} Reel */

async function read(address, what) {
  const answer = await fetch(address).catch(() => new Response("", { status: 503 })); // of no answer at all the feed tells
  if (!answer.ok) throw new Error(await answer.text());
  return readSafetensors(await answer.arrayBuffer(), what);
}

function stageOf({ originals, z, labels, classes }, metadata) {
  if (!originals || !z) throw new Error("The stage of this run is damaged: it has no array “originals” or “z”");
  const { label_names: labelNames = [] } = JSON.parse(metadata.words);
  const [, ...shape] = originals.shape;
  const arrays = { originals: originals.array, z: z.array, labels: labels?.array ?? null, classes: classes?.array ?? null };
  return { ...arrays, labelNames, shape, d: z.shape[1], n: labels?.shape[0] ?? 0 };
}
