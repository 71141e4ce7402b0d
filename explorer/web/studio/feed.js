// What the server tells of a run: asked a few times a second while it is trained and seen, and sent only what is new.

import { readSafetensors } from "../latent/safetensors.js";

const EVERY_MS = 400; // while it is trained
const CALM_MS = 3000; // once it is not: somebody may resume it
const LOST_MS = 2000; // before the next try, where the server did not answer

/**
 * @typedef {object} Report   a line of the metrics: losses in nats per image, means since the line before
 * @property {number} step @property {number} epoch @property {number} seconds
 * @property {number} reconstruction @property {number} regularization @property {number} [kl]
 * @property {number} [test_reconstruction] @property {number} [test_kl]   of pictures that are never learnt from
 * @property {number} [rate] @property {number} [gradient] @property {number} [speed]
 */

/**
 * @typedef {object} Told   what is known of a run
 * @property {string} name @property {object | null} spec @property {string} state @property {boolean} alive
 * @property {string} words @property {number} step @property {number} done
 * @property {{step: number, seconds: number, values: Record<string, number>}[]} changes
 * @property {{name: string, default: number, low: number, high: number, help: string}[]} knobs
 * @property {[number, number][]} moments   step and version of each
 * @property {Report[]} reports
 * @property {{stage: number, now: number, closeup: number, blueprint: number}} versions   0: there is none yet
 * @property {Closeup | null} closeup   of the last step that was seen from near
 * @property {object | null} blueprint  of the network, for a drawing
 * @property {boolean} model    it has kept a model
 * @property {{version: number, words: string}} mould   of its network: 0 and why, as long as nothing can be decoded
 * @property {string} lost      why the server does not answer, or what it says instead; "": it does
 */

/** @typedef {{arrays: Record<string, Float32Array | Uint8Array>, words: Record<string, any>}} Closeup */

/** @type {Told} */
const NOTHING = {
  name: "", spec: null, state: "", alive: false, words: "", step: 0, done: 0, changes: [], knobs: [], moments: [],
  reports: [], versions: { stage: 0, now: 0, closeup: 0, blueprint: 0 }, closeup: null, blueprint: null,
  mould: { version: 0, words: "" }, model: false, lost: "",
}; // prettier-ignore

/** How what is fetched later is read. One that is damaged: the trainer writes a close-up anew, so it is asked for again; of a blueprint slow motion tells. */
const READ = {
  closeup: (answer) => closeupOf(answer).catch(() => null),
  blueprint: (answer) => answer.json().catch(() => ({})),
};

/** @param {string} url   of the run, without a slash at its end */
export function createFeed(url) {
  const views = new Set();
  let state = NOTHING;
  let [id, from] = ["", 0]; // which metrics we have, and up to where
  let [timer, gone] = [0, false];
  let [asking, again] = [false, false]; // one question at a time: two at once would have the same lines sent twice

  function set(patch) {
    const before = state;
    state = { ...state, ...patch };
    for (const view of views) {
      try {
        view(state, before);
      } catch (error) {
        reportError(error); // nonsense that one part cannot show must not stop the others, nor the asking
      }
    }
  }

  async function ask() {
    again = asking;
    if (asking) return;
    clearTimeout(timer);
    asking = true;
    try {
      const answer = await fetch(`${url}?id=${id}&from=${from}`, { cache: "no-store" });
      if (gone) return;
      if (answer.ok) take(await answer.json());
      else set({ lost: await answer.text(), alive: false });
    } catch {
      if (!gone) set({ lost: "The server does not answer. What was trained so far is kept; this page asks again." });
    }
    asking = false;
    if (again && !gone) ask();
    else if (!gone && !document.hidden) timer = setTimeout(ask, state.lost ? LOST_MS : state.alive ? EVERY_MS : CALM_MS);
  }

  function take({ reports: { id: its, from: start, next, lines }, ...told }) {
    const kept = its === id && start === from ? state.reports : [];
    [id, from] = [its, next];
    const before = state.versions;
    set({ ...told, lost: "", reports: lines.length || kept !== state.reports ? [...kept, ...lines] : state.reports });
    for (const what of Object.keys(READ)) if (state.versions[what] !== before[what]) fetchLater(what, state.versions[what]);
  }

  /** What is told of in full only when it is another: an answer that was overtaken is dropped. */
  async function fetchLater(what, version) {
    const answer = version && (await fetch(`${url}/${what}/${version}`).catch(() => null));
    const found = answer?.ok ? await READ[what](answer) : null;
    if (gone || state.versions[what] !== version) return;
    set(found || !version ? { [what]: found } : { versions: { ...state.versions, [what]: 0 } }); // then it is asked for again
  }

  const see = () => document.hidden || ask(); // a page that nobody sees asks for nothing
  document.addEventListener("visibilitychange", see);
  queueMicrotask(ask);

  return {
    /** @returns {Told} */
    get state() {
      return state;
    },
    /** @param {(state: Told, before: Told) => void} view @returns {() => void} */
    subscribe(view) {
      views.add(view);
      return () => views.delete(view);
    },
    url,
    /** Asks at once: something was done. */
    ask,
    /** @returns {Promise<string>} "" or a sentence why not */
    async wish(wanted, values = {}) {
      try {
        const answer = await fetch(`${url}/wish`, { method: "POST", body: JSON.stringify({ do: wanted, values }) });
        ask();
        return answer.ok ? "" : await answer.text();
      } catch {
        return "The server does not answer: try again.";
      }
    },
    dispose() {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", see);
      views.clear();
    },
  };
}

/** @typedef {ReturnType<typeof createFeed>} Feed */

/** @param {Response} answer @returns {Promise<Closeup>} */
async function closeupOf(answer) {
  const { tensors, metadata } = readSafetensors(await answer.arrayBuffer(), "The close-up");
  const arrays = Object.fromEntries(Object.entries(tensors).map(([name, { array }]) => [name, array]));
  return { arrays, words: JSON.parse(metadata.words) };
}
