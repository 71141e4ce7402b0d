// The drawing of a network with its shapes: x, encoder, mu and sigma, epsilon, z, decoder, x′, and where the losses are taken.

import { h, s } from "../ui/dom.js";
import { counted } from "../ui/words.js";
import { HEAD, HEIGHT, LOWER, LOWEST, MIDDLE, planOf, RADIUS, shapeWords, SIDE } from "./drawing.js";
import { layerWords, sentenceOf, totalWords } from "./tell.js";

const TOP = 20; // of the bracket from x to x′
const LABEL = MIDDLE + 84; // the line of the shapes
const HALF = SIDE / 2;
const LETTER = 5.2; // the width of one on a bar
const NEAR = 12; // from an edge to the arrow's turn

/**
 * @param {import("./drawing.js").Blueprint} blueprint
 * @returns {{element: HTMLElement, light: (phase: string | null, share?: number) => void, paint: (which: "x" | "picture", url: string) => void}}
 */
export function createNetwork(blueprint) {
  const plan = planOf(blueprint);
  const parts = []; // {element, words, phases: {name: the share of the phase from which it is lit}}
  const drawing = s("svg", { viewBox: `0 0 ${plan.width} ${HEIGHT}`, role: "img", "aria-label": sentenceOf(blueprint) });
  const room = h("div", { class: "room", tabindex: 0, role: "group", "aria-label": "The network: left and right arrow tell of one part after the other" }, drawing);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const says = h("p", { class: "says", "aria-live": "polite" }, totalWords(blueprint));
  const element = h("figure", { class: "network" }, room, says);
  room.style.setProperty("--wide", `${plan.width}px`);
  let told = -1; // the part that a person asked about
  let lit = null;

  /** @param {string} words "": nothing is told of it @param {Record<string, number>} phases */
  function add(kind, words, phases, ...inside) {
    const part = s("g", { class: kind }, ...inside);
    if (words) part.addEventListener("pointerenter", () => tell(parts.findIndex((each) => each.element === part)));
    parts.push({ element: part, words, phases });
    drawing.append(part);
  }

  function tell(index) {
    told = index;
    parts.forEach((part, i) => part.element.classList.toggle("asked", i === index));
    says.textContent = parts[index]?.words ?? totalWords(blueprint);
  }

  /** Where the drawing is wider than its room, what is lit comes into sight. */
  function reveal(some) {
    const boxes = some.map((part) => part.element.getBoundingClientRect());
    const middle = (Math.min(...boxes.map(({ left }) => left)) + Math.max(...boxes.map(({ right }) => right))) / 2;
    const { left, width } = room.getBoundingClientRect();
    if (boxes.length) room.scrollBy({ left: middle - left - width / 2, behavior: calm.matches ? "auto" : "smooth" });
  }

  room.addEventListener("pointerleave", () => tell(-1));
  room.addEventListener("blur", () => tell(-1));
  room.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    const some = parts.flatMap(({ words }, i) => (words ? [i] : []));
    const at = told < 0 && by < 0 ? some.length : some.indexOf(told);
    tell(some[Math.max(0, Math.min(some.length - 1, at + by))]);
    parts[told].element.scrollIntoView({ block: "nearest", inline: "nearest" });
    event.preventDefault();
    event.stopPropagation();
  });

  draw(blueprint, plan, add);
  drawing.append(...drawing.querySelectorAll(".code, .operator")); // above the way back
  const faces = Object.fromEntries(["x", "picture"].map((name) => [name, drawing.querySelector(`.portrait-${name} image`)]));

  return {
    element,
    /** Lights what takes part in a phase, as far as its share has come. @param {string | null} phase @param {number} [share] 0 to 1 */
    light(phase, share = 1) {
      const other = phase !== lit;
      if (other) drawing.setAttribute("data-phase", (lit = phase) ?? "");
      for (const part of parts) part.element.classList.toggle("lit", phase in part.phases && part.phases[phase] <= share);
      if (other && room.scrollWidth > room.clientWidth) reveal(parts.filter((part) => phase in part.phases));
    },
    /** @param {"x" | "picture"} which @param {string} url of the picture itself */
    paint(which, url) {
      faces[which].setAttribute("href", url);
      faces[which].parentNode.classList.add("painted");
    },
  };
}

/** From left to right, so that the keys go that way too. @param {(kind: string, words: string, phases: Record<string, number>, ...inside: Node[]) => void} add */
function draw(blueprint, plan, add) {
  const { shape, stochastic, classes } = blueprint;
  addLosses(plan, stochastic, add);
  add("portrait portrait-x", `x, the picture: ${shapeWords(shape)} = ${counted(shape[0] * shape[1] * shape[2])} numbers.`, { encode: 0, reconstruction: 0 }, ...faceOf(plan.x, "x", shape));
  if (classes) addClass(plan.x.left + plan.x.width / 2, plan.encoder[0].left, classes, "The encoder is told the class as one more channel, a picture that is learnt", { encode: 0 }, add);
  addLayers(plan, plan.encoder, plan.x.left + plan.x.width, plan.heads, "encode", add);
  addCodes(blueprint, plan, add);
  if (classes) addClass(plan.z, plan.decoder[0].left, classes, "The decoder is told the class as more inputs beside z, one for each", { decode: 0 }, add, LOWER);
  addLayers(plan, plan.decoder, plan.z + RADIUS.z, plan.picture.left, "decode", add);
  const { name, about } = blueprint.likelihood;
  add("portrait portrait-picture", `x′, the decoded picture: what p(x|z) says of each pixel. Likelihood ${name}: ${about}`, { decode: 1, reconstruction: 0 }, ...faceOf(plan.picture, "x′", shape));
  captions(blueprint, plan).forEach((caption) => add("half", "", {}, caption));
  add("return", "", { gradients: 0 }, ...backwards(plan, stochastic));
}

function faceOf({ left, width, height }, letter, shape) {
  const [x, y, middle] = [left, MIDDLE - height / 2, left + width / 2];
  return [
    s("rect", { x, y, width, height, rx: 3 }),
    s("text", { class: "letter within", x: middle, y: MIDDLE + 9 }, letter),
    s("image", { x, y, width, height, preserveAspectRatio: "none" }),
    s("text", { class: "letter", x: middle, y: MIDDLE + HALF + 20 }, letter),
    s("text", { class: "shape", x: middle, y: LABEL }, shapeWords(shape)),
  ];
}

/** A row of bars, and an arrow on each side of it. @param {import("./drawing.js").Bar[]} bars */
function addLayers({ oneLine }, bars, start, end, phase, add) {
  const back = (i) => 0.5 * ((phase === "encode") + 1 - (i + 1) / bars.length); // the decoder first, its last layer before all
  if (bars.length === 0) return add("wire", "", { [phase]: 0 }, arrow(start, end));
  add("wire", "", { [phase]: 0 }, arrow(start, bars[0].left));
  bars.forEach((bar, i) => add("layer", layerWords(bar.layer), { [phase]: i / bars.length, gradients: back(i), update: 0 }, ...barOf(bar, oneLine)));
  return add("wire", "", { [phase]: 1 }, arrow(bars.at(-1).right, end));
}

function barOf({ layer, left, right, from, to }, oneLine) {
  const middle = (left + right) / 2;
  const lean = Math.max(-0.2, Math.min(0.2, (to - from) / 400)) * (right - left); // where a bar is higher its name has more room
  const fits = (from + to) / 2 > layer.name.length * LETTER;
  const times = layer.times ? [s("text", { class: "times", x: middle, y: MIDDLE - Math.max(from, to) / 2 - 6 }, `${layer.times} ×`)] : [];
  return [
    s("path", { d: `M${left} ${MIDDLE - from / 2}L${right} ${MIDDLE - to / 2}V${MIDDLE + to / 2}L${left} ${MIDDLE + from / 2}Z` }),
    ...(fits ? [s("text", { class: "kind", transform: `translate(${middle + lean + 4} ${MIDDLE}) rotate(-90)` }, layer.name)] : []),
    ...times,
    ...linesOf(layer.shape, oneLine).map((line, i) => s("text", { class: "shape", x: middle, y: LABEL + 14 * i }, line)),
  ];
}

/** In two lines the spaces are thin, so that neighbours stay apart. */
const linesOf = ([first, ...rest], oneLine) => (oneLine || rest.length === 0 ? [shapeWords([first, ...rest])] : [`${first} ×`, rest.join(" × ")]);

/** mu and sigma, what joins them, and z. */
function addCodes({ latent, heads, stochastic }, { encoder, heads: left, sign, z, x }, add) {
  const [edge, end] = [left + HEAD.width, sign - RADIUS.sign];
  const numbers = `${counted(latent)} ${latent === 1 ? "number" : "numbers"}`;
  const before = encoder.at(-1)?.right ?? x.left + x.width;
  const own = { encode: 1, z: 0, gradients: 0.5, update: 0, ...(stochastic && { kl: 0 }) };
  const halves = Object.values(heads).map(({ weights }) => `${counted(weights)} weights`);
  add("code mu", `μ, the mean of q(z|x): ${numbers}, ${halves[0]}.`, own, ...boxOf(left, MIDDLE, "μ"));
  if (!stochastic) {
    add("wire", "", { z: 0, decode: 0 }, arrow(edge, z - RADIUS.z));
    const words = `z, the code: it is μ itself, ${numbers}. Nothing is drawn at random, and the weights of σ are not used.`;
    return add("code z", words, { z: 0, decode: 0, gradients: 0.5 }, ...disc(z, MIDDLE, RADIUS.z, "z"), sizeText(z, latent));
  }
  const turn = (before + left) / 2;
  add("wire", "", { encode: 1 }, bent([turn, MIDDLE], [turn, LOWER], [left, LOWER]));
  add("code sigma", `σ, the width of q(z|x): ${numbers}, ${halves[1]}. The encoder gives log σ², so that no σ is negative.`, own, ...boxOf(left, LOWER, "σ"));
  const up = [[LOWEST - RADIUS.epsilon, LOWER + RADIUS.sign], [LOWER - RADIUS.sign, MIDDLE + RADIUS.sign]].map(([from, to]) => bent([sign, from], [sign, to])); // prettier-ignore
  add("wire", "", { z: 0 }, arrow(edge, end), arrow(edge, end, LOWER), ...up);
  add("code epsilon", `ε, drawn from N(0, 1) anew for each picture at each step: ${numbers}. No weight has a say in it.`, { epsilon: 0, z: 0 }, ...disc(sign, LOWEST, RADIUS.epsilon, "ε"));
  add("operator", "", { z: 0 }, ...disc(sign, LOWER, RADIUS.sign, "×"));
  add("operator", "", { z: 0 }, ...disc(sign, MIDDLE, RADIUS.sign, "+"));
  add("wire", "", { z: 0 }, arrow(sign + RADIUS.sign, z - RADIUS.z));
  return add("code z", `z = μ + σ · ε, what the decoder is given: ${numbers}.`, { z: 0.5, decode: 0, gradients: 0.5 }, ...disc(z, MIDDLE, RADIUS.z, "z"), sizeText(z, latent));
}

const boxOf = (left, y, letter) => [
  s("rect", { x: left, y: y - HEAD.height / 2, width: HEAD.width, height: HEAD.height, rx: 6 }),
  s("text", { class: "letter", x: left + HEAD.width / 2, y: y + 7 }, letter),
];

const disc = (cx, cy, r, letter) => [s("circle", { cx, cy, r }), s("text", { class: "letter", x: cx, y: cy + r / 3 }, letter)];

const sizeText = (x, latent) => s("text", { class: "shape", x, y: MIDDLE + RADIUS.z + 16 }, String(latent));

function addClass(x, edge, classes, words, phases, add, y = LOWEST) {
  const turn = edge - NEAR;
  const low = MIDDLE + 11;
  add("code class", `y, the class of the picture: one of ${classes}. ${words}.`, phases, bent([x + RADIUS.epsilon, y], [turn, y], [turn, low], [edge, low]), ...disc(x, y, RADIUS.epsilon, "y"));
}

/** The two losses, and what each of them compares. */
function addLosses({ x, picture, heads }, stochastic, add) {
  const [from, to] = [x, picture].map(({ left, width }) => left + width / 2);
  const [middle, top] = [(from + to) / 2, MIDDLE - x.height / 2 - 4];
  const bracket = s("path", { d: `M${from} ${top}V${TOP + 6}q0 -6 6 -6H${to - 6}q6 0 6 6V${MIDDLE - picture.height / 2 - 4}` });
  const compares = "The reconstruction loss compares x with the decoded picture: −log p(x|z), in nats, summed over all pixels.";
  add("loss reconstruction", compares, { reconstruction: 0 }, bracket, ...plate(middle, TOP, "reconstruction loss"));
  if (!stochastic) return;
  const box = { x: heads - 9, y: MIDDLE - HEAD.height / 2 - 9, width: HEAD.width + 18, height: LOWER - MIDDLE + HEAD.height + 18, rx: 10 };
  const apart = "The KL loss compares q(z|x) = N(μ, σ) with the prior N(0, 1): in nats, summed over the dimensions of z.";
  add("loss kl", apart, { kl: 0 }, s("rect", box), ...plate(heads + HEAD.width / 2, box.y - 12, "KL loss"));
}

/** Words on a piece of paper, which no line crosses. */
const plate = (x, y, words) => {
  const width = 7 * words.length + 12;
  return [s("rect", { class: "blank", x: x - width / 2, y: y - 9, width, height: 18 }), s("text", { x, y: y + 4.5 }, words)];
};

/** The way back from x′ to x, on which epsilon does not lie: it is drawn, not learnt. */
function backwards({ x, picture, heads, sign, z }, stochastic) {
  const ends = [x.left + x.width, picture.left];
  const round = stochastic ? [`M${sign} ${MIDDLE}V${LOWER}H${heads - NEAR}V${MIDDLE}`] : [];
  const heads_ = [ends[0] + 3, heads + HEAD.width + 5, z + RADIUS.z + 4];
  return [
    ...[`M${ends[1]} ${MIDDLE}H${ends[0]}`, ...round].map((d) => s("path", { class: "flow", d })),
    ...heads_.map((at) => s("path", { class: "arrowhead", d: `M${at} ${MIDDLE}l9 -5.5v11z` })),
  ];
}

const arrow = (from, to, y = MIDDLE) => bent([from, y], [to, y]);

/** A line through corners, with a tip at its end. @param {...[number, number]} corners */
function bent(...corners) {
  const [[x, y], [toX, toY]] = corners.slice(-2);
  const turn = (Math.atan2(toY - y, toX - x) * 180) / Math.PI;
  const line = s("path", { class: "line", d: `M${corners.map((corner) => corner.join(" ")).join("L")}` });
  return s("g", {}, line, s("path", { class: "arrowhead", d: "M0 0l-7 -4v8z", transform: `translate(${toX} ${toY}) rotate(${turn})` }));
}

function captions({ weights }, { encoder, decoder, heads, z, x, picture }) {
  const halves = { encoder: [x.left + x.width, heads], decoder: [z + RADIUS.z, picture.left] };
  const bars = { encoder, decoder };
  return Object.entries(halves).map(([name, [from, to]]) => {
    const row = bars[name];
    const middle = row.length ? (row[0].left + row.at(-1).right) / 2 : (from + to) / 2;
    return s("text", { x: middle, y: HEIGHT - 8 }, `${name} · ${counted(weights[name])} weights`);
  });
}
