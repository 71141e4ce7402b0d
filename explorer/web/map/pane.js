// A drawing larger than what is seen of it: a pan only moves it, and it is drawn anew when the hand rests or its margin ends.

// In software, 70,000 points cost 40 ms, on four times the area 43 ms, and moving what is drawn costs nothing.
const MARGIN = 0.5; // of the view, on each side
const STEP = 4; // pixels: a margin of whole real pixels at the usual densities, or all points would blur
const MOST = 12e6; // real pixels of a drawing; the margin shrinks before there are more
const REST_MS = 150;

/** @typedef {import("./viewport.js").View} View */

/**
 * @typedef {object} Sheet
 * @property {View} view      what the drawing was made for; its middle is the middle of the drawing
 * @property {number} width   in CSS pixels
 * @property {number} height
 * @property {number} density real pixels to a CSS pixel
 */

/**
 * @param {HTMLElement} element   it is moved and scaled, behind a window of the view's size
 * @param {(sheet: Sheet) => void} paint
 * @param {(patient: boolean) => boolean} busy   the painter needs time; `patient`: the drawing is still true, it need only be moved
 */
export function createPane(element, paint, busy) {
  let view = null; // what shall be seen
  let drawn = null; // the sheet that was drawn last
  let spoilt = false; // it shows what is no longer true
  let [waiting, resting] = [0, 0];

  function update(rested = false) {
    if (!drawn || rested || (!fits() && !busy(!spoilt))) draw();
    else move();
    cancelAnimationFrame(waiting);
    if (!fits()) waiting = requestAnimationFrame(() => update());
    if (spoilt || !sameView(drawn.view, view)) resting ||= setTimeout(rest, REST_MS);
  }

  function rest() {
    resting = 0;
    update(true);
  }

  function draw() {
    drawn = sheetOf(view);
    spoilt = false;
    element.style.cssText = `position: absolute; inset: 0 auto auto 0; inline-size: ${drawn.width}px; block-size: ${drawn.height}px`;
    move();
    paint(drawn);
  }

  /** Lays the drawing where it belongs in the view of now. */
  function move() {
    const across = (view.width - drawn.width) / 2 + (drawn.view.x - view.x) * view.k;
    const down = (view.height - drawn.height) / 2 - (drawn.view.y - view.y) * view.k;
    const [x, y] = [across, down].map((by) => Math.round(by * drawn.density) / drawn.density);
    element.style.transform = `translate(${x}px, ${y}px) scale(${view.k / drawn.view.k})`;
  }

  function fits() {
    if (spoilt || drawn.view.k !== view.k || drawn.density !== densityOf()) return false;
    const [across, down] = [Math.abs(drawn.view.x - view.x), Math.abs(drawn.view.y - view.y)];
    return 2 * across * view.k + view.width <= drawn.width && 2 * down * view.k + view.height <= drawn.height;
  }

  return {
    /** The view that is seen, null before the first. */
    get view() { return view; }, // prettier-ignore
    /** @param {View} next */
    show({ x, y, k, width, height, zoomed }) {
      view = { x, y, k, width, height, zoomed }; // the viewport lives on; this is how it was
      clearTimeout(resting);
      resting = 0;
      update();
    },
    /** What is drawn is no longer true: the next `show` draws it anew, and so does the next frame of a `paint` that calls this. */
    spoil() {
      spoilt = true;
    },
    redraw() {
      if (view) update(true);
    },
    dispose() {
      cancelAnimationFrame(waiting);
      clearTimeout(resting);
    },
  };
}

/** Only what is seen, or with a margin as wide as memory allows. @param {View} view @returns {Sheet} */
export function sheetOf(view, margin = MARGIN, density = densityOf()) {
  const room = MOST / (view.width * view.height * density ** 2); // so many views fit into the memory
  const share = Math.min(margin, Math.max(0, Math.sqrt(room) - 1) / 2);
  const [x, y] = [view.width, view.height].map((size) => STEP * Math.round((share * size) / STEP));
  return { view, width: view.width + 2 * x, height: view.height + 2 * y, density };
}

function densityOf() {
  return window.devicePixelRatio || 1;
}

function sameView(one, other) {
  return ["x", "y", "k", "width", "height"].every((name) => one[name] === other[name]);
}
