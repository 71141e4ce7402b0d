// The hand on the curves: a press or a drag goes to the nearest moment of the film, keys go from one moment to the next.

const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5, Home: -Infinity, End: Infinity };

/**
 * @param {HTMLElement} rail
 * @param {object} film
 * @param {(clientX: number) => number} film.near   the moment that is nearest to a place on the screen, -1: there is none
 * @param {() => number[]} film.steps   of the moments, rising
 * @param {() => number} film.now   the step that is seen
 * @param {(step: number) => void} film.go
 */
export function createScrub(rail, { near, steps, now, go }) {
  let asked = null; // in this drag: a moment is asked for once

  function visit(index) {
    const step = steps()[index];
    if (step === undefined || step === asked) return;
    asked = step;
    go(step);
  }

  rail.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    rail.setPointerCapture(event.pointerId);
    asked = null;
    visit(near(event.clientX));
  });
  rail.addEventListener("pointermove", (event) => {
    if (rail.hasPointerCapture(event.pointerId)) visit(near(event.clientX));
  });
  rail.addEventListener("keydown", (event) => {
    const by = KEYS[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    asked = null;
    visit(beside(steps(), now(), by));
  });
}

/** Some moments before or after a step, which may lie between two of them. */
function beside(steps, step, by) {
  const from = by < 0 ? steps.filter((each) => each < step).length : steps.filter((each) => each <= step).length - 1;
  return Math.max(0, Math.min(steps.length - 1, from + by));
}
