// One model's networks, ready to run: z to pictures, pictures to N(mu, sigma). In the page, and again in the worker.

import { startRemote } from "./remote.js";
import { startRuntime, unable } from "./runtime.js";

const SLOW_MS = 50; // a picture; above it a drag no longer feels alive
const LOOKS = 3; // a page that opens is busy: the quickest of a few runs counts

/**
 * @typedef {object} Session
 * @property {"browser" | "server"} where
 * @property {string} [why]   in a sentence, why it is the server
 * @property {(z: ArrayLike<number>, labels: ArrayLike<number> | null, n: number) => Promise<Float32Array>} decode
 *   z (n, d), labels (n) of a conditional model -> pictures (n, c, h, w) in [0, 1]
 * @property {(pictures: Float32Array, labels: ArrayLike<number> | null, n: number) => Promise<{mean: Float32Array, std: Float32Array}>} encode
 *   (n, c, h, w) in [0, 1] -> (n, d) and (n, d)
 * @property {() => Promise<void>} release
 */

/**
 * In this browser; at the server, where there is one that can do it, only if it is too slow or impossible here.
 * @param {import("../mount.js").Model} model @param {import("./runtime.js").Runtime} runtime @returns {Promise<Session>}
 */
export async function startSession(model, runtime) {
  if (!model.remote) return startLocal(model, runtime);
  let own = null;
  try {
    own = await startLocal(model, runtime);
  } catch (problem) {
    const why = "The decoder cannot run in this browser: the server decodes, so the picture follows a little later.";
    return startRemote(model, why).catch(() => {
      throw new Error(`${problem.message}, and the server could not do it in its place`, { cause: problem.cause });
    });
  }
  const ms = await timeOf(own, model);
  return ms <= SLOW_MS ? own : quicker(own, ms, model);
}

/** The server in place of a session that takes so many ms a picture, unless that is no better. */
async function quicker(own, ms, model) {
  const why = `This model takes ${Math.round(ms)} ms a picture in this browser: the server decodes, so the picture follows a little later.`;
  const other = await startRemote(model, why).catch(() => null);
  if (!other) return own;
  const theirs = await timeOf(other, model).catch(() => Infinity);
  const [better, worse] = theirs < ms ? [other, own] : [own, other];
  await worse.release();
  return better;
}

/** How many ms a picture takes. @param {Session} session */
async function timeOf(session, { latent }) {
  let best = Infinity;
  for (let look = 0; look < LOOKS && best > SLOW_MS; look++) {
    const started = performance.now();
    await session.decode(new Float32Array(latent), [0], 1);
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/** @param {import("../mount.js").Model} model @param {import("./runtime.js").Runtime} runtime @returns {Promise<Session>} */
async function startLocal(model, runtime) {
  const [ort, decoder] = await Promise.all([startRuntime(runtime), startHalf(model, runtime, "decoder")]);
  const one = frame(ort, model, 1); // one run follows another, and a drag leaves no litter
  let encoder = null; // asked for seldom: read when it is

  async function decode(z, labels, n) {
    const inputs = n === 1 ? one : frame(ort, model, n);
    return (await decoder.run(inputs.told(z, labels))).picture.data;
  }

  function startEncoder() {
    const starting = startHalf(model, runtime, "encoder");
    starting.catch(() => (encoder = null)); // the next question tries again
    return starting;
  }

  async function encode(pictures, labels, n) {
    encoder ??= startEncoder();
    const inputs = { picture: new ort.Tensor("float32", pictures, [n, ...model.shape]) };
    if (model.classes) inputs.label = new ort.Tensor("int64", BigInt64Array.from(labels, BigInt), [n]);
    const { mean, std } = await (await encoder).run(inputs);
    return { mean: mean.data, std: std.data };
  }

  const pixels = await decode(new Float32Array(model.latent), [0], 1); // the first run is the slow one: here, not under the mouse
  if (pixels.length !== sizeOf(model)) {
    throw new Error(`decoder.onnx paints ${pixels.length} numbers, but the model's shape is (${model.shape})`);
  }
  const release = async () => {
    await decoder.release();
    await (await encoder)?.release();
  };
  return { where: "browser", decode, encode, release };
}

/** How many numbers a picture has. @param {{shape: number[]}} model */
export function sizeOf({ shape: [c, h, w] }) {
  return c * h * w;
}

/** The decoder's inputs for n pictures, written anew for each run. */
function frame(ort, { latent, classes }, n) {
  const [z, label] = [new Float32Array(n * latent), new BigInt64Array(n)];
  const inputs = { z: new ort.Tensor("float32", z, [n, latent]) };
  if (classes) inputs.label = new ort.Tensor("int64", label, [n]);
  return {
    told(values, labels) {
      z.set(values);
      if (classes) for (let i = 0; i < n; i++) label[i] = BigInt(labels[i]);
      return inputs;
    },
  };
}

async function startHalf(model, runtime, half) {
  const file = `${half}.onnx`;
  const [ort, bytes] = await Promise.all([startRuntime(runtime), model.read?.(file) ?? fetchBytes(`${model.url}${file}`, file)]);
  return ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] }).catch(unable);
}

async function fetchBytes(url, file) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the server answered ${answer.status} to ${file}`);
  return new Uint8Array(await answer.arrayBuffer());
}
