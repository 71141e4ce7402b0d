// What moves above the points: the cursor of z or its stand-in, the ring of the hovered point, and the ellipse of its posterior.

import { s } from "../ui/dom.js";

const EDGE = 10; // a cursor that left the view waits at its edge

export function createOverlay() {
  const cursor = s("g", { class: "cursor", visibility: "hidden" },
    s("path", { class: "halo", d: "M-19 0H-5M5 0H19M0-19V-5M0 5V19" }), s("circle", { class: "halo", r: 10 }),
    s("path", { d: "M-19 0H-5M5 0H19M0-19V-5M0 5V19" }), s("circle", { r: 10 })); // prettier-ignore
  const ring = s("circle", { class: "ring", r: 8, visibility: "hidden" });
  const ellipse = s("path", { class: "ellipse", visibility: "hidden" });
  const element = s("g", {}, ellipse, ring, cursor);

  /** @param {SVGElement} shape @param {[number, number] | null} at in pixels */
  function place(shape, at) {
    shape.setAttribute("visibility", at ? "visible" : "hidden");
    if (at) shape.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
  }

  return {
    element,
    /**
     * @param {[number, number] | null} at in pixels @param {{width: number, height: number}} box
     * @param {boolean} standIn   what lies there is not z, only near it
     */
    cursor(at, { width, height }, standIn) {
      const inside = at && [clamp(at[0], EDGE, width - EDGE), clamp(at[1], EDGE, height - EDGE)];
      const away = at !== null && (at[0] < 0 || at[1] < 0 || at[0] > width || at[1] > height);
      cursor.classList.toggle("away", away);
      cursor.classList.toggle("standin", standIn);
      place(cursor, away ? inside : at);
    },
    ring: (at) => place(ring, at),
    /**
     * One standard deviation around a mean, in the units of the axes.
     * @param {[number, number] | null} mean in map units @param {[number, number, number] | null} covariance xx, xy, yy
     */
    ellipse(mean, covariance, viewport) {
      ellipse.setAttribute("visibility", mean && covariance ? "visible" : "hidden");
      if (mean && covariance) ellipse.setAttribute("d", outlineOf(mean, covariance, viewport));
    },
  };
}

// The unit circle through the Cholesky factor of the covariance.
function outlineOf([mx, my], [xx, xy, yy], viewport) {
  const a = Math.sqrt(xx);
  const b = a > 0 ? xy / a : 0;
  const c = Math.sqrt(Math.max(0, yy - b * b));
  const corners = Array.from({ length: 64 }, (_, i) => {
    const [u, v] = [Math.cos((i / 32) * Math.PI), Math.sin((i / 32) * Math.PI)];
    return viewport.toScreen([mx + a * u, my + b * u + c * v]).map((at) => at.toFixed(2)).join(" ");
  });
  return `M${corners.join("L")}Z`;
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
