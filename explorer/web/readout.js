// What a frame costs, for whoever wants to see it: pictures a second, decode, event to canvas, and the longest frame.

import { h } from "./ui/dom.js";

const WINDOW_MS = 1000;
const WRITTEN_MS = 250; // between two readings: an eye can follow

/** @param {import("./mount.js").Desk} desk */
export function createReadout({ root, store }) {
  const element = h("p", { class: "readout", role: "note", "aria-label": "Frames", hidden: "" });
  let [pictures, frames, waiting] = [[], [], 0]; // {at, decode, paint} and times, of the last second
  let read = 0; // when it was written last

  const keep = ({ detail }) => pictures.push({ at: performance.now(), decode: detail.decodeMs, paint: detail.inputToPaintMs });

  function tick(now) {
    frames.push(now);
    pictures = pictures.filter(({ at }) => now - at < WINDOW_MS);
    frames = frames.filter((at) => now - at < WINDOW_MS);
    if (now - read >= WRITTEN_MS) [element.textContent, read] = [words(), now];
    waiting = requestAnimationFrame(tick);
  }

  function words() {
    const gaps = frames.slice(1).map((at, i) => at - frames[i]);
    const paints = pictures.flatMap(({ paint }) => (paint === null ? [] : [paint]));
    return [
      `${pictures.length} pictures/s`,
      `decode ${written(middle(pictures.map(({ decode }) => decode)))}`,
      `event to canvas ${written(middle(paints))}`,
      `frame ${written(middle(gaps))}, longest ${written(Math.max(0, ...gaps))}`,
    ].join(" · ");
  }

  function turn({ readout }) {
    element.toggleAttribute("hidden", !readout);
    root.removeEventListener("explorer:painted", keep);
    cancelAnimationFrame(waiting);
    if (!readout) return;
    root.addEventListener("explorer:painted", keep);
    waiting = requestAnimationFrame(tick);
  }

  store.subscribe((state, before) => {
    if (state.readout !== before.readout) turn(state);
  });
  return { element, dispose: () => cancelAnimationFrame(waiting) };
}

/** @param {number[]} values @returns {number | null} */
function middle(values) {
  return values.length ? values.sort((one, other) => one - other)[Math.floor(values.length / 2)] : null;
}

function written(ms) {
  return ms === null ? "–" : `${ms.toFixed(1)} ms`;
}
