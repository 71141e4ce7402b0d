// Questions to the worker, one after another; it is started by the first, and again by the first after it was lost.

/** The worker is gone, and it has been said. */
export class Lost extends Error {}

/** @param {(error: Lost) => void} lose   hears that the worker is gone */
export function createPost(lose) {
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
