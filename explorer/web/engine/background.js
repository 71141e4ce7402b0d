// Work for the worker, a little at a time: each lane keeps only its newest question, and a lower lane waits for a higher.

import { sizeOf } from "./session.js";

const SLICE_MS = 12; // of one question: so long may a lane wait for the worker
const MOST = 64; // pictures in one question
const APART = 5; // examples in one question: among 70,000 each takes some milliseconds

/**
 * An answer is null where it was overtaken, by a newer question of the same lane, a drop or another model, or where the
 * model cannot give it. A question that comes before the model is open waits for it.
 * @typedef {object} Lane
 * @property {(z: Float32Array, labels?: ArrayLike<number> | null, part?: (pixels: Float32Array, from: number, n: number) => void) => Promise<Float32Array | null>} decode
 *   z (n, d), labels (n) for a conditional model -> pictures (n, c, h, w) in [0, 1]; `part` hears of each few as they come
 * @property {(z: number[], label: number | null) => Promise<Float32Array | null>} roundtrip   mu(decode(z)): (d)
 * @property {(z: number[], k: number) => Promise<{indices: Int32Array, distances: Float32Array} | null>} near   the nearest first
 * @property {(sample: number) => Promise<{means: Float32Array, samples: Float32Array} | null>} spacing   how far so many means,
 *   and samples of their q(z|x), lie from the nearest other example: sorted
 * @property {(xy: Float32Array) => Promise<{trustworthiness: number, continuity: number} | null>} faith   of a map
 * @property {() => void} drop   what was asked for is no longer wanted
 */

/** @param {(error: Error, lost: boolean) => void} fail   hears what the worker stumbled over; lost: there is none until the next model */
export function createBackground(fail) {
  const lanes = []; // {priority, job}, the most urgent first
  const post = createPost(loseWorker);
  let model = null; // the open one, with what it can do
  let opened = 0; // an answer for an older model is dropped
  let busy = false;
  let perPicture = 2; // ms, measured as we go

  async function work() {
    if (busy) return;
    busy = true;
    const next = () => model && lanes.find((lane) => lane.job);
    for (let lane = next(); lane; lane = next()) {
      const [job, epoch] = [lane.job, opened];
      const wanted = () => lane.job === job && epoch === opened;
      try {
        const answer = await job.step(wanted);
        if (wanted() && answer !== undefined) finish(lane, answer);
      } catch (error) {
        if (!wanted()) continue;
        finish(lane, null);
        if (!(error instanceof Lost)) fail(error, false);
      }
    }
    busy = false;
  }

  /** Whoever asks is told at once that there is no answer; another model tries to start a worker again. */
  function loseWorker(error) {
    if (!model) return; // it is being opened, and hears of it there
    model = { ...model, decodes: false, searches: false };
    fail(error, true);
  }

  function finish(lane, answer) {
    lane.job?.end(answer);
    lane.job = null;
  }

  /** @param {(wanted: () => boolean) => Promise<any>} step   does some of the work; undefined: there is more to do */
  function enter(lane, step) {
    finish(lane, null);
    const answer = new Promise((end) => (lane.job = { step, end }));
    work();
    return answer;
  }

  /** Decodes so many pictures as fit into a slice of time, again and again. */
  function decoding(z, labels, part) {
    let [from, all] = [0, null];
    return async (wanted) => {
      if (!model.decodes) return null;
      const [d, size] = [model.latent, sizeOf(model)];
      const whole = z.length / d;
      all ??= new Float32Array(whole * size);
      const n = Math.min(MOST, whole - from, Math.max(1, Math.floor(SLICE_MS / perPicture)));
      const started = performance.now();
      const told = labels && Array.from(labels).slice(from, from + n);
      const { pixels } = await post.ask("decode", { z: z.slice(from * d, (from + n) * d), labels: told, n });
      perPicture += 0.2 * ((performance.now() - started) / n - perPicture);
      if (!wanted()) return null;
      all.set(pixels, from * size);
      part?.(pixels, from, n);
      from += n;
      return from < whole ? undefined : all;
    };
  }

  /** Looks at a few examples, again and again. */
  function spacing(sample) {
    const parts = [];
    return async () => {
      if (!model.searches) return null;
      const from = parts.length * APART;
      parts.push(await post.ask("spacing", { sample, from, to: from + APART }));
      if (from + APART < sample) return undefined;
      const all = (kind) => Float32Array.from(parts.flatMap((part) => Array.from(part[kind]))).sort();
      return { means: all("means"), samples: all("samples") };
    };
  }

  const asking = (able, kind, question) => () => (model[able] ? post.ask(kind, question) : Promise.resolve(null));

  return {
    /** @param {number} priority   0 goes first @returns {Lane} */
    lane(priority) {
      const lane = { priority, job: null };
      lanes.push(lane);
      lanes.sort((one, other) => one.priority - other.priority);
      return {
        decode: async (z, labels = null, part) => (z.length ? enter(lane, decoding(z, labels, part)) : new Float32Array()),
        roundtrip: async (z, label) => (await enter(lane, asking("decodes", "roundtrip", { z, labels: [label], n: 1 })))?.mean ?? null,
        near: (z, k) => enter(lane, asking("searches", "near", { z, k })),
        spacing: (sample) => enter(lane, spacing(sample)),
        faith: (xy) => enter(lane, asking("searches", "faith", { xy })),
        drop: () => finish(lane, null),
      };
    },
    /**
     * Turns to a model; `close` before it, or what is under way for the one before goes on.
     * @param {import("../mount.js").Model} next
     * @param {import("./runtime.js").Runtime | null} runtime   null: it cannot be decoded
     * @param {import("../latent/latents.js").Latents | null} latents   null: it has no examples to search
     */
    async open(next, runtime, latents) {
      const mine = opened;
      try {
        await post.ask("open", { model: next, runtime, mean: latents?.mean ?? null, std: latents?.std });
        if (mine !== opened) return;
        model = { ...next, decodes: runtime !== null, searches: latents !== null };
        work();
      } catch (error) {
        if (mine !== opened) return;
        model = { ...next, decodes: false, searches: false };
        work();
        fail(error, true);
      }
    },
    /** Drops everything, and lets what is asked from now on wait for the next model. */
    close() {
      opened += 1;
      model = null;
      for (const lane of lanes) finish(lane, null);
    },
    dispose() {
      this.close();
      post.dispose();
    },
  };
}

/** The worker is gone, and it has been said. */
class Lost extends Error {}

/** Questions to the worker, one after another; it is started by the first, and again by the first after it was lost. */
function createPost(lose) {
  const open = new Map(); // id -> how its promise is kept or broken
  let [worker, line, last] = [null, Promise.resolve(), 0];

  function start() {
    worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data: { id, answer, error } }) => {
      const { keep, break_ } = open.get(id);
      open.delete(id);
      if (error === undefined) keep(answer);
      else break_(new Error(error));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const error = new Lost(event.message || "the browser did not start a worker");
      worker.terminate();
      worker = null;
      lose(error);
      for (const { break_ } of open.values()) break_(error);
      open.clear();
    };
  }

  function put(kind, question) {
    if (!worker) start();
    return new Promise((keep, break_) => {
      open.set(++last, { keep, break_ });
      worker.postMessage({ id: last, kind, ...question });
    });
  }

  return {
    /** @returns {Promise<any>} */
    ask(kind, question) {
      const answer = line.then(() => put(kind, question));
      line = answer.catch(() => {});
      return answer;
    },
    dispose: () => worker?.terminate(),
  };
}
