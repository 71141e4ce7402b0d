// One slider: its name, its rail, its number and its buttons, and what keys and the wheel do to it.

import { including, unknownRange } from "../latent/ranges.js";
import { h } from "../ui/dom.js";
import { written } from "../ui/words.js";
import { createButtons } from "./buttons.js";
import { createNumber } from "./number.js";
import { createRail } from "./rail.js";

const [STEP, STRIDE] = [0.1, 1]; // sigmas, of a key and of a key with shift
const NOTCH = 100; // what a wheel says of one notch; a touchpad says less, and moves less
const KEYS = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, PageDown: -STRIDE, PageUp: STRIDE };

/**
 * @typedef {object} Hands   what a slider asks of the panel
 * @property {(row: Row, to: number, event: Event) => void} move
 * @property {(row: Row, event: Event) => void} play
 * @property {(row: Row, event: Event) => void} lock
 * @property {(row: Row, event: Event) => void} remove
 * @property {(row: Row, button: HTMLElement) => void} tell   opens the card
 * @property {(row: Row) => number} rest   where z is along it when nobody visits another place
 */

/** @typedef {ReturnType<typeof createSlider>} Row */

/** @param {import("./banks.js").Way} way @param {Hands} hands */
export function createSlider(way, hands) {
  const { line, title } = way;
  const rail = createRail(title);
  const { input } = rail;
  const number = createNumber(title, (value, event) => hands.move(row, value, event));
  const about = { title: `About ${title}`, "aria-label": `About ${title}`, "aria-haspopup": "dialog", "aria-expanded": "false" };
  const name = h("button", { type: "button", class: "name", ...about }, ...way.face);
  const asked = (what) => (event) => hands[what](row, event);
  const buttons = createButtons(way, { play: asked("play"), lock: asked("lock"), remove: asked("remove") });
  const element = h("div", { class: "row" }, name, h("span", { class: "left" }, way.blocked || way.remark), rail.element, number.element, buttons.element);

  let own = unknownRange(); // what was chosen
  let range = own; // wide enough for z
  let at = 0;

  function draw() {
    const text = written(at, range.high - range.low >= 40 ? 1 : 2);
    number.show(text);
    rail.show(at, text);
  }

  /** Makes room for z. @param {import("../latent/ranges.js").Range} from   what is widened if it must be */
  function fit(from) {
    const wide = including(from, at);
    const same = wide.low === range.low && wide.high === range.high && wide.values === range.values;
    range = wide;
    if (!same) rail.reach(range, own);
  }

  function reset(event) {
    if (event.target.closest("button:not(.value)")) return;
    number.close();
    hands.move(row, range.average, event);
  }

  name.addEventListener("click", () => hands.tell(row, name));
  input.addEventListener("input", (event) => hands.move(row, Number(input.value), event));
  rail.reach(range, own);
  if (way.blocked) {
    element.classList.add("blocked");
    input.setAttribute("disabled", "");
  } else {
    element.addEventListener("dblclick", reset);
  }

  const row = {
    way,
    line,
    element,
    film: rail.film,
    scale: rail.scale,
    posterior: rail.posterior,
    visible: false, // is it in sight?
    filmed: null, // what the whole strip shows; see strips.js
    get range() {
      return range;
    },
    /** @param {number[]} z @param {boolean} held   this slider's own hand is on it: its ends stay where they are */
    show(z, held) {
      const next = line.at(z);
      if (next === at && (held || including(own, at) === range)) return;
      at = next;
      fit(held ? range : own);
      draw();
    },
    /** @param {import("../latent/ranges.js").Range} wanted */
    spread(wanted) {
      own = wanted;
      fit(own);
      draw();
    },
    /** @param {{locked: boolean, playing: boolean}} on */
    mark(on) {
      buttons.mark(on);
      element.classList.toggle("locked", on.locked);
      element.classList.toggle("playing", on.playing);
    },
  };
  row.mark({ locked: false, playing: false });
  listenToNudges(row, rail, hands);
  return row;
}

/** Keys and the wheel move z by sigmas. @param {Row} row @param {ReturnType<typeof createRail>} rail @param {Hands} hands */
function listenToNudges(row, rail, hands) {
  const { input } = rail;

  function nudge(sigmas, event) {
    const { low, high, sigma } = row.range;
    hands.move(row, Math.min(high, Math.max(low, hands.rest(row) + sigmas * sigma)), event);
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ends = { Home: row.range.low, End: row.range.high };
    const by = KEYS[event.key];
    if (by === undefined && !(event.key in ends)) return;
    event.preventDefault(); // step="any" leaves the size of a key's step to the browser, and they differ a hundredfold
    if (by === undefined) hands.move(row, ends[event.key], event);
    else nudge(event.shiftKey ? Math.sign(by) * STRIDE : by, event);
  }

  /** The wheel belongs to the slider that was clicked: elsewhere it scrolls, and z stays. */
  function roll(event) {
    const by = event.deltaY || event.deltaX; // with shift a browser makes it sideways
    if (by === 0 || event.ctrlKey || !input.matches(":focus")) return;
    event.preventDefault();
    const notches = event.deltaMode ? Math.sign(by) : Math.max(-1, Math.min(1, by / NOTCH));
    nudge(-notches * (event.shiftKey ? STRIDE : STEP), event);
  }

  input.addEventListener("keydown", press);
  if (!row.way.blocked) rail.element.addEventListener("wheel", roll, { passive: false });
}
