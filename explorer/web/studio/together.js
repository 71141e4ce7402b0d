// Several films as one: a time machine that goes to the same step in all of them.

const CALM_MS = 80; // without another wish, before what may come next is fetched: it would stand in the way of what is wanted now
const APART = 1.1; // from one step that can be gone to, to the next: each run has moments of its own, a few steps aside

/** @typedef {{feed: import("./feed.js").Feed, reel: import("./reel.js").Reel}} Filmed */

/**
 * What is known of all runs, and what is seen of them, as a feed and a reel for a timeline.
 * @param {Filmed[]} runs
 */
export function createTogether(runs) {
  let [wanted, kept, moments] = [null, "", []];
  let [due, timer] = [new Set(), 0]; // the common moments that are fetched before they are wanted

  /** The moments of all, of which those that lie close to each other are one. @returns {[number, number][]} step and version */
  function listed() {
    const lists = runs.map(({ feed }) => feed.state.moments);
    const key = lists.map((list) => list.map(([step]) => step).join()).join(";");
    if (key !== kept) [kept, moments] = [key, apart(lists.flat().map(([step]) => step)).map((step) => [step, 0])];
    return moments;
  }

  const nearest = (step) => listed().reduce((best, [each]) => (Math.abs(each - step) < Math.abs(best - step) ? each : best), Infinity);
  const looks = () => runs.map(({ reel }) => reel.look).filter(Boolean);

  /** Each run fetches the moments to which it will be sent. */
  function fetchDue() {
    for (const step of [...due].map((index) => listed()[index]?.[0]).filter((each) => each !== undefined)) {
      for (const run of runs) run.reel.prepare(closest(run.feed.state.moments.map(([each]) => each), step)); // prettier-ignore
    }
    due.clear();
  }

  const feed = {
    get state() {
      return { moments: listed(), changes: runs.flatMap((run) => run.feed.state.changes), alive: runs.some((run) => run.feed.state.alive) };
    },
    subscribe: (view) => all(runs.map((run) => run.feed.subscribe(view))),
  };
  const reel = {
    get wanted() { return wanted === null || !listed().length ? null : nearest(wanted); }, // prettier-ignore
    /** Of the first that has one: their pictures are the same, or they are told apart. */
    get stage() { return runs.find((run) => run.reel.stage)?.reel.stage ?? null; }, // prettier-ignore
    /** Of all looks that which is nearest to the step that is wanted; where all follow what happens now, the latest. */
    get look() {
      const step = reel.wanted ?? Infinity;
      const found = looks().reduce((best, each) => (best && distance(best, step) <= distance(each, step) ? best : each), null);
      return found && { ...found, step: reel.wanted ?? found.step };
    },
    subscribe: (view) => all(runs.map((run) => run.reel.subscribe(view))),
    /** @param {number | null} step */
    go(step) {
      wanted = step;
      due.clear();
      for (const run of runs) run.reel.go(step);
    },
    /** @param {number} index of the common moments */
    prepare(index) {
      due.add(index);
      clearTimeout(timer);
      timer = setTimeout(fetchDue, CALM_MS);
    },
  };
  return { feed, reel, dispose: () => clearTimeout(timer) };
}

/** @typedef {ReturnType<typeof createTogether>} Together */

const all = (leaving) => () => leaving.forEach((leave) => leave());
const distance = ({ step }, to) => (to === Infinity ? -step : Math.abs(step - to));
const closest = (steps, to) => steps.reduce((best, each, i) => (best < 0 || Math.abs(each - to) < Math.abs(steps[best] - to) ? i : best), -1);

/** Steps in order and apart; the last of all is one of them. @param {number[]} steps @returns {number[]} */
export function apart(steps) {
  const kept = [];
  for (const step of [...new Set(steps)].sort((one, other) => one - other)) {
    if (!kept.length || step >= kept.at(-1) * APART) kept.push(step);
  }
  const last = Math.max(...steps);
  return kept.length && kept.at(-1) !== last ? [...kept.slice(0, -1), last] : kept;
}
