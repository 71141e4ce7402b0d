// Places as a question to a lane: each z, and for a conditional model the class that is told with it.

/**
 * @param {import("./background.js").Lane} lane
 * @param {{z: number[], label: number | null}[]} places   label: null where the model is told none
 * @param {(pixels: Float32Array, from: number, n: number) => void} [part]   hears of each few as they come
 * @returns {Promise<Float32Array | null>} (n, c, h, w) in [0, 1]; null: see Lane
 */
export function decodePlaces(lane, places, part) {
  const labels = places.map(({ label }) => label);
  return lane.decode(Float32Array.from(places.flatMap(({ z }) => z)), labels.includes(null) ? null : labels, part);
}
