// onnxruntime-web, started once for a page or a worker: the only file that knows how it is set up.

const runtimes = new Map(); // module url -> Promise of the started onnxruntime

/** @typedef {{module: string, wasm: string}} Runtime   addresses of onnxruntime's module and of its wasm */

/** @param {Runtime} runtime absolute addresses */
export function startRuntime({ module, wasm }) {
  if (!runtimes.has(module)) {
    const starting = import(module).then((ort) => {
      ort.env.wasm.numThreads = 1; // more need cross-origin isolation, which a host can rarely give
      ort.env.wasm.wasmPaths = { wasm };
      ort.env.logLevel = "error";
      return ort;
    }, unable);
    starting.catch(() => runtimes.delete(module));
    runtimes.set(module, starting);
  }
  return runtimes.get(module);
}

/** What went wrong in words of ours; those of the library are for whoever wants to mend it. @param {Error} cause */
export function unable(cause) {
  throw new Error("this browser cannot run the decoder", { cause });
}
