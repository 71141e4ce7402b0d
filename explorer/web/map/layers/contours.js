// Lines of equal height through a grid of numbers: marching squares, joined to closed loops.

/**
 * The segments of a square by which of its corners are high (1: bottom left, 2: bottom right, 4: top right, 8: top left),
 * from edge to edge (0: bottom, 1: right, 2: top, 3: left), the high side on the left. Two corners across: see `split`.
 */
const SEGMENTS = [
  [], [[0, 3]], [[1, 0]], [[1, 3]], [[2, 1]], [[0, 3], [2, 1]], [[2, 0]], [[2, 3]],
  [[3, 2]], [[0, 2]], [[1, 0], [3, 2]], [[1, 2]], [[3, 1]], [[0, 1]], [[3, 0]], [],
]; // prettier-ignore
const JOINED = { 5: [[0, 1], [2, 3]], 10: [[3, 0], [1, 2]] }; // prettier-ignore

/**
 * Beyond its rim the grid is taken as low, so that all loops close.
 * @param {ArrayLike<number>} grid (rows, columns) @param {number} columns @param {number} level above 0
 * @returns {[number, number][][]} loops, in columns and rows; the high side is on their left
 */
export function contours(grid, columns, level) {
  const rows = grid.length / columns;
  const value = (i, j) => (i < 0 || j < 0 || i >= columns || j >= rows ? 0 : grid[j * columns + i]);
  const wide = columns + 2;
  const idOf = (i, j, upright) => 2 * ((j + 1) * wide + i + 1) + upright; // of the edge from (i, j) to the right, or upwards
  const next = new Map(); // edge -> the edge that follows it

  for (let j = -1; j < rows; j++) {
    for (let i = -1; i < columns; i++) {
      const corners = [value(i, j), value(i + 1, j), value(i + 1, j + 1), value(i, j + 1)];
      const high = corners.reduce((sum, corner, k) => sum + (corner >= level ? 1 << k : 0), 0);
      if (high === 0 || high === 15) continue;
      const edges = [idOf(i, j, 0), idOf(i + 1, j, 1), idOf(i, j + 1, 0), idOf(i, j, 1)];
      for (const [from, to] of split(high, corners, level)) next.set(edges[from], edges[to]);
    }
  }

  /** Where the level is met on an edge. */
  function crossing(id) {
    const [upright, node] = [id % 2, Math.floor(id / 2)];
    const [i, j] = [(node % wide) - 1, Math.floor(node / wide) - 1];
    const [from, to] = [value(i, j), upright ? value(i, j + 1) : value(i + 1, j)];
    const share = (level - from) / (to - from);
    return upright ? [i, j + share] : [i + share, j];
  }

  const loops = [];
  for (const start of next.keys()) {
    const loop = [];
    for (let edge = start; next.has(edge); ) {
      loop.push(crossing(edge));
      const following = next.get(edge);
      next.delete(edge);
      edge = following;
    }
    if (loop.length) loops.push(loop);
  }
  return loops;
}

/** Two high corners across from each other are joined if the middle of the square is high. */
function split(high, corners, level) {
  const middle = corners.reduce((sum, corner) => sum + corner, 0) / 4;
  return (middle >= level && JOINED[high]) || SEGMENTS[high];
}
