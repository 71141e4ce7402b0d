// The picture under the hand: from z to pixels in the page itself, where the latest z wins.

import { startSession } from "./session.js";

const SESSIONS_KEPT = 3; // going back to a model is instant, and a long visit does not fill the memory
const STARVED_MS = 100; // a decoder slower than the mouse still shows ten pictures a second

/** @typedef {{z: number[], label: number | null}} Wish   label: the class, for a model that is told one */
/** @typedef {Wish & {pixels: Float32Array, decodeMs: number, runs: number, event?: Event}} Decoded */

/**
 * @param {(result: Decoded) => void} show
 * @param {(error: Error) => void} fail
 */
export function createDecoder(show, fail) {
  const sessions = new Map(); // model url -> Promise of a session, oldest first
  let current = null; // {session}: the model on the screen; session is null until it is ready
  let waiting = null; // {wish, event}: the newest request not yet begun
  let busy = false;
  let runs = 0; // decodes since the view was mounted: under a flood most requests cost none

  function sessionOf(model, runtime) {
    const starting = sessions.get(model.url) ?? startSession(model, runtime);
    sessions.delete(model.url);
    sessions.set(model.url, starting); // to the end: the latest used
    starting.catch(() => sessions.delete(model.url));
    for (const [url, old] of [...sessions].slice(0, -SESSIONS_KEPT)) {
      sessions.delete(url);
      old.then((session) => session.release()).catch(() => {});
    }
    return starting;
  }

  /** Starts the decoder of a model; its session once it is ready, or null if it is no longer the current one. */
  async function open(model, runtime) {
    const mine = (current = { session: null });
    waiting = null;
    const session = await sessionOf(model, runtime);
    if (mine !== current) return null;
    mine.session = session;
    return session;
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
        const pixels = await owner.session.decode(job.wish.z, [job.wish.label], 1);
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
