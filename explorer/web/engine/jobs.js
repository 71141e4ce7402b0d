// What the worker can be asked, as jobs: each is done a little at a time, so that nobody waits long for the worker.

import { faith, lookedAt } from "../latent/faith.js";
import { sizeOf } from "./session.js";

const SLICE_MS = 12; // of one question: so long may a lane wait for the worker
const MOST = 64; // pictures in one question

/** @typedef {import("../mount.js").Model & {decodes: boolean, searches: boolean}} Open   a model, with what it can do */

/**
 * Does some of the work; undefined: there is more to do, null: the model cannot do it.
 * @typedef {(model: Open, wanted: () => boolean) => Promise<any>} Step   wanted: does anybody still wait for it?
 */

/** @param {ReturnType<import("./post.js").createPost>} post */
export function createJobs(post) {
  let perPicture = 2; // ms, measured as we go

  /** Decodes so many pictures as fit into a slice of time, again and again. @returns {Step} */
  function decoding(z, labels, part) {
    let [from, all] = [0, null];
    return async (model, wanted) => {
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

  /** Looks at as many examples as fit into a slice of time, again and again: among 70,000 each takes some milliseconds. @returns {Step} */
  function looking(kind, question, count, joined) {
    const parts = [];
    let [from, few] = [0, 1];
    return async (model) => {
      if (!model.searches) return null;
      const started = performance.now();
      parts.push(await post.ask(kind, { ...question, from, to: from + few }));
      from += few;
      few = Math.max(1, Math.min(2 * few, Math.floor((few * SLICE_MS) / (performance.now() - started))));
      return from < count ? undefined : joined(parts);
    };
  }

  /** @returns {Step} */
  function spacing(sample) {
    return looking("spacing", { sample }, sample, (parts) => {
      const all = (kind) => Float32Array.from(parts.flatMap((part) => Array.from(part[kind]))).sort();
      return { means: all("means"), samples: all("samples") };
    });
  }

  /** @returns {Step} */
  function faithOf(xy) {
    const n = xy.length / 2;
    return looking("misses", { xy }, lookedAt(n), (parts) => faith(n, parts));
  }

  /** All at once. @returns {Step} */
  const asking = (able, kind, question) => (model) => (model[able] ? post.ask(kind, question) : Promise.resolve(null));
  return { decoding, spacing, faithOf, asking };
}
