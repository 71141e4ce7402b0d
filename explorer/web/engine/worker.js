// The second pair of hands: decodes grids and strips, and searches the examples, in a thread of its own.

import { misses } from "../latent/faith.js";
import { createNeighbours } from "../latent/neighbours.js";
import { startSession } from "./session.js";

let session = null; // Promise of the session of the open model; null: it has no decoder
let examples = { mean: null, d: 0 };
let neighbours = null; // searches its examples; null: they cannot be read

/** One answer for each kind of question; the numbers of an answer are handed over, not copied. */
const ANSWERS = {
  async open({ model, runtime, mean, std }) {
    const old = session;
    session = runtime && startSession(model, runtime);
    examples = { mean, d: model.latent };
    neighbours = mean && createNeighbours(mean, model.latent, std);
    session?.catch(() => {}); // whoever asks for a picture is told
    await old?.then((each) => each.release()).catch(() => {}); // one that never started has nothing to release
    return {};
  },
  async decode({ z, labels, n }) {
    return { pixels: await (await session).decode(z, labels, n) };
  },
  /** The mean of what the encoder sees in the decoded pictures: (n, d). */
  async roundtrip({ z, labels, n }) {
    const own = await session;
    const pixels = await own.decode(z, labels, n);
    return { mean: (await own.encode(pixels, labels, n)).mean };
  },
  misses({ xy, from, to }) {
    return misses(examples.mean, examples.d, xy, from, to);
  },
  near({ z, k }) {
    return neighbours.nearest(z, k);
  },
  spacing({ sample, from, to }) {
    return neighbours.spacing(sample, from, to);
  },
};

self.onmessage = async ({ data: { id, kind, ...question } }) => {
  try {
    const answer = await ANSWERS[kind](question);
    const moved = Object.values(answer).filter(ArrayBuffer.isView).map(({ buffer }) => buffer); // prettier-ignore
    self.postMessage({ id, answer }, moved);
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
