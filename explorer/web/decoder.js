// From z to a picture with onnxruntime-web; the latest z wins. The only file that knows onnxruntime.

const SESSIONS_KEPT = 3; // going back to a model is instant, and a long visit does not fill the memory
const STARVED_MS = 100; // a decoder slower than the mouse still shows ten pictures a second

/** @typedef {{z: number[], label: number | null}} Wish   label: the class, for a model that is told one */
/** @typedef {Wish & {pixels: Float32Array, decodeMs: number, runs: number, event?: Event}} Decoded */

const runtimes = new Map(); // module url -> Promise of the started onnxruntime

function startRuntime({ module, wasm }) {
  const url = new URL(module, document.baseURI).href;
  if (!runtimes.has(url)) {
    const starting = import(url).then((ort) => {
      ort.env.wasm.numThreads = 1; // more need cross-origin isolation, which a host can rarely give
      ort.env.wasm.wasmPaths = { wasm: new URL(wasm, document.baseURI).href };
      ort.env.logLevel = "error";
      return ort;
    });
    starting.catch(() => runtimes.delete(url));
    runtimes.set(url, starting);
  }
  return runtimes.get(url);
}

async function fetchBytes(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the server answered ${answer.status} to decoder.onnx`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function startSession(model, runtime) {
  const [ort, bytes] = await Promise.all([startRuntime(runtime), fetchBytes(`${model.url}decoder.onnx`)]);
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  // The inputs are made once and written anew: one run follows another, and a drag leaves no litter.
  const [z, label] = [new Float32Array(model.latent), new BigInt64Array(1)];
  const inputs = { z: new ort.Tensor("float32", z, [1, model.latent]) };
  if (model.classes) inputs.label = new ort.Tensor("int64", label, [1]);
  let told = 0;
  const run = async (wish) => {
    z.set(wish.z);
    if (wish.label !== null && wish.label !== told) label[0] = BigInt((told = wish.label));
    return (await session.run(inputs)).picture.data;
  };
  const pixels = await run({ z, label: null }); // the first run is the slow one: here, not under the mouse
  if (pixels.length !== model.shape[0] * model.shape[1] * model.shape[2]) {
    throw new Error(`decoder.onnx paints ${pixels.length} numbers, but the model's shape is (${model.shape})`);
  }
  return { run, release: () => session.release() };
}

/**
 * @param {(result: Decoded) => void} show
 * @param {(error: Error) => void} fail
 */
export function createDecoder(show, fail) {
  const sessions = new Map(); // model url -> Promise of a session, oldest first
  let current = null; // {session}: the model on the screen; session is null until it is ready
  let waiting = null; // {wish, event}: the newest request not yet begun
  let busy = false;
  let runs = 0;

  function sessionOf(model, runtime) {
    const known = sessions.get(model.url) ?? startSession(model, runtime);
    sessions.delete(model.url);
    sessions.set(model.url, known);
    known.catch(() => sessions.delete(model.url));
    for (const [url, old] of sessions) {
      if (sessions.size <= SESSIONS_KEPT) break;
      sessions.delete(url);
      old.then((session) => session.release()).catch(() => {}); // it failed to start, and that was said then
    }
    return known;
  }

  /** Makes this model the current one; true when it is ready and still the current one. */
  async function open(model, runtime) {
    const mine = (current = { session: null });
    waiting = null;
    const session = await sessionOf(model, runtime);
    if (mine !== current) return false;
    mine.session = session;
    return true;
  }

  /** @param {Wish} wish @param {Event} [event] that brought it about */
  function request({ z, label }, event) {
    waiting = { wish: { z, label }, event };
    if (!busy && current?.session) work();
  }

  async function work() {
    busy = true;
    let shown = performance.now();
    while (waiting && current?.session) {
      const [job, owner, started] = [waiting, current, performance.now()];
      waiting = null;
      try {
        const pixels = await owner.session.run(job.wish);
        runs += 1;
        const now = performance.now();
        const outrun = waiting && now - shown < STARVED_MS;
        if (owner !== current || outrun) continue;
        shown = now;
        show({ ...job.wish, pixels, decodeMs: now - started, runs, event: job.event });
      } catch (error) {
        if (owner === current) fail(error);
      }
    }
    busy = false;
  }

  return {
    open,
    request,
    close() {
      current = waiting = null;
    },
    dispose() {
      current = waiting = null;
      for (const old of sessions.values()) old.then((session) => session.release()).catch(() => {});
      sessions.clear();
    },
  };
}
