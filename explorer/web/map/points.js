// The points of a map: by WebGL2 where the browser has it, else by Plotly. Both keep to one interface.

import { h } from "../ui/dom.js";
import { createGlPoints } from "./glpoints.js";

/**
 * @typedef {object} Points
 * @property {"webgl2" | "plotly"} kind
 * @property {boolean} [costly]   the processor draws them: each frame takes from whatever else it does
 * @property {string} notice   what is lost here, in a sentence; "": nothing
 * @property {(xy: Float32Array, ink: Uint8Array, options?: {animate?: boolean}) => void} load
 *   xy (n, 2) in map units; ink (n, 4) in 0..255, alpha 0: not drawn at all. Shown by the next `draw`. The very same xy
 *   again only changes the colours; `animate`: each point travels from where it is seen now to its new place
 * @property {(viewport: import("./viewport.js").View) => void} draw
 * @property {(viewport: import("./viewport.js").View, density: number) => Promise<CanvasImageSource>} picture   to be saved
 * @property {() => void} dispose
 */

/**
 * The canvas must lie in its plot: a window of the plot's size takes its place, and the canvas, larger, moves behind it.
 * @param {HTMLCanvasElement} canvas @param {(notice: string) => void} [say]   hears when the notice changes
 * @returns {Points}
 */
export function createPoints(canvas, say = () => {}) {
  const pane = h("div", { class: "points", "aria-hidden": "true", style: "overflow: hidden" });
  canvas.replaceWith(pane);
  canvas.className = "pane";
  const gl = canvas.getContext("webgl2", { antialias: false, powerPreference: "low-power" });
  if (!gl) return lazily(pane, say);
  pane.append(canvas);
  return createGlPoints(canvas, gl);
}

/** Plotly is a megabyte, so nobody fetches it who does not need it. @returns {Points} */
function lazily(pane, say) {
  let [points, loaded, viewport, gone, lost] = [null, null, null, false, ""];
  const ready = import("./plotlypoints.js").then(({ createPlotlyPoints }) => createPlotlyPoints(pane));
  ready.then(start, () => {
    lost = "This browser has no WebGL, and Plotly could not be loaded either: the map shows no points. Everything else works.";
    say(lost);
  });

  function start(made) {
    points = made;
    if (gone) return points.dispose();
    if (loaded) load(...loaded);
    if (viewport) points.draw(viewport);
  }
  function load(...given) {
    loaded = given;
    if (!points) return;
    points.load(...given);
    say(points.notice);
  }
  return {
    kind: "plotly",
    get notice() { return points?.notice ?? lost; }, // prettier-ignore
    load,
    draw(given) {
      viewport = given;
      points?.draw(given);
    },
    picture: async (...given) => (await ready).picture(...given),
    dispose() {
      gone = true;
      points?.dispose();
    },
  };
}
