// Film strips: behind each slider in sight a few pictures of what it does to z as it is, decoded when z is at rest.

import { decodePlaces } from "../engine/places.js";
import { changed, isTold } from "../state.js";
import { createPressed } from "../ui/pressed.js";

const PRIORITY = 3;
const REST_MS = 150;

/** How many pictures a strip of a width has. */
const countFor = (width) => (width < 230 ? 7 : width < 400 ? 9 : 11);

/**
 * @param {import("../mount.js").Desk} desk
 * @param {HTMLElement} list   around the rows @param {() => import("./slider.js").Row[]} rows   in their order
 * @param {() => boolean} busy   something walks z by itself
 */
export function createStrips({ root, store, lane }, list, rows, busy) {
  const work = lane(PRIORITY);
  const sighted = new WeakMap(); // element -> row
  let [timer, asked, able] = [0, null, true];

  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) sighted.get(target).visible = isIntersecting;
    soon();
  });
  const size = createSize(store, list, rows);
  const pressed = createPressed(root, { press: () => clearTimeout(timer), lift: soon });

  /** What a row's strip ought to show: pictures along its way, through what z is beside it. */
  function wishOf({ line, range }, { z, label, model }) {
    return { beside: line.move(z, 0), label, low: range.low, high: range.high, count: size.count, model };
  }

  const isFilmed = (row, state) => row.filmed !== null && same(row.filmed, wishOf(row, state));

  function mark(state) {
    for (const row of rows()) if (row.visible) row.element.classList.toggle("stale", !isFilmed(row, state));
  }

  function soon() {
    clearTimeout(timer);
    if (able && !pressed.any) timer = setTimeout(rest, REST_MS);
  }

  function rest() {
    const { state } = store;
    if (state.home || busy() || !state.model || !isTold(state)) return;
    size.measure();
    const wanted = rows().filter((row) => row.visible && !row.way.blocked && !isFilmed(row, state));
    mark(state);
    if (wanted.length) fill(wanted, state);
  }

  async function fill(wanted, state) {
    const mine = (asked = wanted.map((row) => ({ row, wish: wishOf(row, state) })));
    const each = mine[0].wish.count;
    const all = mine.flatMap(({ row, wish }) => middlesOf(wish).map((at) => ({ z: row.line.move(state.z, at), label: state.label })));
    const answer = await decodePlaces(work, all, (pixels, from, n) => {
      if (asked === mine) paint(mine, each, pixels, from, n);
    });
    if (answer || asked !== mine) return;
    asked = null;
    able = false; // the model cannot be decoded here
    list.classList.add("bare");
  }

  /** Pictures come a few at a time; a few may end one row and begin the next. */
  function paint(mine, each, pixels, from, n) {
    const one = pixels.length / n;
    for (let i = 0; i < n; i++) {
      const [{ row, wish }, column] = [mine[Math.floor((from + i) / each)], (from + i) % each];
      if (column === 0) row.film.begin(each, each, wish.model.shape, 0);
      row.filmed = null; // half new, half old
      row.film.paint(pixels.subarray(i * one, (i + 1) * one), column);
      if (column < each - 1) continue;
      row.filmed = wish;
      row.element.classList.toggle("stale", !isFilmed(row, store.state));
    }
  }

  function drop() {
    asked = null;
    work.drop();
  }

  function follow(state, before) {
    if (state.model !== before.model) {
      drop();
      able = state.model.decoder !== false;
      list.classList.toggle("bare", !able);
    }
    if (!changed(state, before, "z", "label", "latents", "range")) return;
    if (asked) drop(); // of a z that is no more
    mark(state);
    soon();
  }

  return {
    soon,
    follow,
    measure: size.measure,
    /** A row was built. @param {import("./slider.js").Row} row */
    watch(row) {
      sighted.set(row.element, row);
      sight.observe(row.element);
    },
    /** All rows are gone. */
    forget() {
      sight.disconnect();
      drop();
    },
    dispose() {
      clearTimeout(timer);
      drop();
      sight.disconnect();
      size.dispose();
      pressed.dispose();
    },
  };
}

/** The strips are as high as their pictures are, and all of one width have as many. */
function createSize(store, list, rows) {
  let count = 9;

  function measure() {
    const { model } = store.state;
    const width = rows()[0]?.scale.clientWidth; // all have the same
    if (!model || !width) return;
    const [, high, wide] = model.shape;
    count = countFor(width);
    const across = width / count;
    list.style.setProperty("--film", `${Math.min(72, (across * high) / wide).toFixed(2)}px`);
    list.classList.toggle("shrunk", across * devicePixelRatio < wide);
  }

  const watch = new ResizeObserver(measure);
  watch.observe(list);
  return {
    measure,
    get count() {
      return count;
    },
    dispose: () => watch.disconnect(),
  };
}

/** The values in the middle of each picture of a strip that goes from the low to the high end. */
function middlesOf({ low, high, count }) {
  return Array.from({ length: count }, (_, i) => low + ((i + 0.5) / count) * (high - low));
}

/** Is it the same strip but for rounding? */
function same(one, other) {
  if (["label", "low", "high", "count", "model"].some((name) => one[name] !== other[name])) return false;
  return one.beside.every((value, k) => Math.abs(value - other.beside[k]) <= 1e-6 * (1 + Math.abs(value)));
}
