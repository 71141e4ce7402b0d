// A model's networks at the server, asked over a WebSocket: for a browser that cannot carry them.

const [DECODE, ENCODE] = [0, 1];
const MOST = 64; // pictures in one question, and
const MOST_VALUES = 2 ** 22; // numbers in all of its pictures: the server takes no more (explorer/app/remote.py)
const WAITS_MS = [0, 300, 1500]; // before each try to reach the server
const PATIENCE_MS = 20_000; // with one question
const IDLE_MS = 30_000; // then the connection is let go: the server has places for so many only

/**
 * Opens the connection, and asks for a first picture: the server reads the network for it.
 * @param {import("../mount.js").Model} model @param {string} why   in a sentence, why the server decodes
 * @returns {Promise<import("./session.js").Session>}
 */
export async function startRemote(model, why) {
  const { latent, shape, classes } = model;
  const size = shape.reduce((product, side) => product * side, 1);
  const few = Math.max(1, Math.min(MOST, Math.floor(MOST_VALUES / size)));
  const line = createLine(model.remote);

  async function decode(z, labels, n) {
    const pixels = new Float32Array(n * size);
    for (let from = 0; from < n; from += few) {
      const to = Math.min(from + few, n);
      const asked = Float32Array.from(z.slice(from * latent, to * latent));
      const bytes = await ask(DECODE, asked, told(labels, from, to), to - from, (to - from) * size);
      for (let i = 0; i < bytes.length; i++) pixels[from * size + i] = bytes[i] / 255;
    }
    return pixels;
  }

  async function encode(pictures, labels, n) {
    const [mean, std] = [new Float32Array(n * latent), new Float32Array(n * latent)];
    for (let from = 0; from < n; from += few) {
      const to = Math.min(from + few, n);
      const asked = Uint8ClampedArray.from(pictures.subarray(from * size, to * size), (value) => 255 * value);
      const bytes = await ask(ENCODE, asked, told(labels, from, to), to - from, 8 * (to - from) * latent);
      const both = new Float32Array(bytes.buffer);
      mean.set(both.subarray(0, both.length / 2), from * latent);
      std.set(both.subarray(both.length / 2), from * latent);
    }
    return { mean, std };
  }

  const told = (labels, from, to) => (classes ? Int32Array.from(Array.from(labels).slice(from, to)) : new Int32Array());

  async function ask(kind, values, labels, n, expected) {
    const answer = await line.ask(joined([Uint32Array.of(kind, n), values, labels]));
    if (typeof answer === "string") throw new Error(answer);
    if (answer.byteLength !== expected) throw new Error(`the server sent ${answer.byteLength} bytes where ${expected} were expected`);
    return new Uint8Array(answer);
  }

  try {
    await decode(new Float32Array(latent), [0], 1);
  } catch (error) {
    line.close();
    throw error;
  }
  return { where: "server", why, decode, encode, release: async () => line.close() };
}

/** One array of bytes after the other; numbers are little-endian, as in every browser. */
function joined(arrays) {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** A connection that carries one question at a time, and is made anew when it was lost. */
function createLine(url) {
  let socket = null; // Promise of the open one
  let waiting = null; // {keep, break_} of the question under way
  let last = Promise.resolve();
  let [closed, idle] = [false, 0]; // idle: the timer since the last answer

  function connect() {
    return new Promise((keep, break_) => {
      const opened = new WebSocket(url);
      opened.binaryType = "arraybuffer";
      opened.onopen = () => keep(opened);
      opened.onmessage = ({ data }) => waiting?.keep(data);
      opened.onclose = () => {
        socket = null;
        const lost = new Error("the connection to the server was lost: it decodes for this browser");
        break_(lost);
        waiting?.break_(lost);
      };
    });
  }

  /** Nobody has asked for a while; whoever asks next connects again. */
  function hangUp(opened) {
    opened.onclose = null; // nothing is lost
    opened.close();
    socket = null;
  }

  async function once(message) {
    clearTimeout(idle);
    const opened = await (socket ??= connect());
    const late = setTimeout(() => opened.close(), PATIENCE_MS);
    const answer = new Promise((keep, break_) => (waiting = { keep, break_ }));
    opened.send(message);
    return answer.finally(() => {
      waiting = null;
      clearTimeout(late);
      idle = setTimeout(() => hangUp(opened), IDLE_MS);
    });
  }

  /** The same question again gives the same answer: a lost one is asked again. */
  async function again(message) {
    let problem = new Error("the model was left");
    for (const wait of WAITS_MS) {
      if (wait) await new Promise((go) => setTimeout(go, wait));
      if (closed) break;
      try {
        return await once(message);
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  }

  return {
    /** @param {Uint8Array} message @returns {Promise<ArrayBuffer | string>} bytes, or a sentence that says why there are none */
    ask(message) {
      const answer = last.then(() => again(message));
      last = answer.catch(() => {});
      return answer;
    },
    close() {
      closed = true;
      clearTimeout(idle);
      socket?.then((opened) => opened.close()).catch(() => {});
    },
  };
}
