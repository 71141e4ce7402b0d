// The points drawn by Plotly, where the browser has no WebGL: a fair sample of them, drawn anew when the hand rests.

import { h } from "../ui/dom.js";
import { counted } from "../ui/words.js";
import { diameter, orderOf } from "./dots.js";
import { createPane, sheetOf } from "./pane.js";

const MOST = 5_000; // points: more would stand still for seconds
const LIBRARY = new URL("../vendor/plotly/plotly-basic.min.js", import.meta.url).href;
const HIDDEN = { visible: false, fixedrange: true }; // the axes are ours

/** @param {HTMLElement} pane @returns {Promise<import("./points.js").Points>} */
export async function createPlotlyPoints(pane) {
  const Plotly = await library();
  const element = h("div", { class: "plotly" });
  pane.append(element);
  const sheets = createPane(element, paint, () => true);
  let order = new Uint32Array();
  let trace = null;

  function figure(sheet) {
    const size = diameter(order.length, sheet.view.zoomed);
    return [trace ? [{ ...trace, marker: { ...trace.marker, size } }] : [], layoutOf(sheet), { staticPlot: true }];
  }
  function paint(sheet) {
    Plotly.react(element, ...figure(sheet));
  }
  return {
    kind: "plotly",
    get notice() { return noticeOf(order.length); }, // prettier-ignore
    load(xy, ink) {
      order = orderOf(ink);
      trace = traceOf(xy, ink, order.subarray(0, MOST));
      sheets.spoil();
    },
    draw: sheets.show,
    async picture(view, density) {
      const [data, layout, config] = figure(sheetOf(view, 0));
      const { width, height } = layout;
      const image = new Image();
      image.src = await Plotly.toImage({ data, layout, config }, { format: "png", width, height, scale: density });
      await image.decode();
      return image;
    },
    dispose() {
      sheets.dispose();
      Plotly.purge(element);
    },
  };
}

// Not a module, and it hangs itself on the window: a script element is what it is made for.
function library() {
  return window.Plotly ?? new Promise((resolve, reject) => {
    const script = h("script", { src: LIBRARY });
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => reject(new Error("Plotly could not be loaded")));
    document.head.append(script);
  }); // prettier-ignore
}

function traceOf(xy, ink, shown) {
  const at = (axis) => Float32Array.from(shown, (i) => xy[2 * i + axis]);
  const color = Array.from(shown, (i) => `rgba(${ink[4 * i]},${ink[4 * i + 1]},${ink[4 * i + 2]},${ink[4 * i + 3] / 255})`);
  return { type: "scatter", mode: "markers", hoverinfo: "skip", x: at(0), y: at(1), marker: { color, line: { width: 0 } } };
}

function layoutOf({ view, width, height }) {
  const around = (middle, size) => [middle - size / 2 / view.k, middle + size / 2 / view.k];
  return {
    width,
    height,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    showlegend: false,
    xaxis: { ...HIDDEN, range: around(view.x, width) },
    yaxis: { ...HIDDEN, range: around(view.y, height) },
  };
}

/** @param {number} seen points */
function noticeOf(seen) {
  const shows = seen > MOST ? `shows ${counted(MOST)} of the ${counted(seen)} points, drawn by Plotly,` : "is drawn by Plotly";
  return `This browser has no WebGL: the map ${shows} and moves more slowly. Everything else works.`;
}
