// The outline of a covariance: where one standard deviation ends, in every direction.

const CORNERS = 64;

/**
 * The unit circle through the Cholesky factor of the covariance.
 * @param {[number, number, number]} covariance xx, xy, yy @returns {[number, number][]} from the middle
 */
export function outlineOf([xx, xy, yy]) {
  const a = Math.sqrt(xx);
  const b = a > 0 ? xy / a : 0;
  const c = Math.sqrt(Math.max(0, yy - b * b));
  return Array.from({ length: CORNERS }, (_, i) => {
    const [u, v] = [Math.cos((i / CORNERS) * 2 * Math.PI), Math.sin((i / CORNERS) * 2 * Math.PI)];
    return [a * u, b * u + c * v];
  });
}
