// Work for the worker, a little at a time: each lane keeps only its newest question, and a lower lane waits for a higher.

import { createJobs } from "./jobs.js";
import { createPost, Lost } from "./post.js";

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
  const jobs = createJobs(post);
  /** @type {import("./jobs.js").Open | null} */
  let model = null;
  let opened = 0; // an answer for an older model is dropped
  let busy = false;

  async function work() {
    if (busy) return;
    busy = true;
    const next = () => model && lanes.find((lane) => lane.job);
    for (let lane = next(); lane; lane = next()) {
      const [job, epoch] = [lane.job, opened];
      const wanted = () => lane.job === job && epoch === opened;
      try {
        const answer = await job.step(model, wanted);
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

  /** @param {import("./jobs.js").Step} step */
  function enter(lane, step) {
    finish(lane, null);
    const answer = new Promise((end) => (lane.job = { step, end }));
    work();
    return answer;
  }

  return {
    /** @param {number} priority   0 goes first @returns {Lane} */
    lane(priority) {
      const lane = { priority, job: null };
      lanes.push(lane);
      lanes.sort((one, other) => one.priority - other.priority);
      return {
        decode: async (z, labels = null, part) => (z.length ? enter(lane, jobs.decoding(z, labels, part)) : new Float32Array()),
        roundtrip: async (z, label) => (await enter(lane, jobs.asking("decodes", "roundtrip", { z, labels: [label], n: 1 })))?.mean ?? null,
        near: (z, k) => enter(lane, jobs.asking("searches", "near", { z, k })),
        spacing: (sample) => enter(lane, jobs.spacing(sample)),
        faith: (xy) => enter(lane, jobs.faithOf(xy)),
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
