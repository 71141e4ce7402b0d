// A network in words: what is said of a layer, of all of it, and instead of its drawing.

import { counted } from "../ui/words.js";
import { numbersOf } from "./accounts.js";
import { shapeWords } from "./drawing.js";

/** @param {import("./drawing.js").Layer} layer */
export function layerWords({ kind, then, shape, weights, times = 1 }) {
  const numbers = shape.length > 1 ? `${shapeWords(shape)} = ${counted(numbersOf(shape))}` : counted(numbersOf(shape));
  return `${times > 1 ? `${times} × ` : ""}${stepWords({ kind, then })}: gives ${numbers} numbers, has ${counted(weights)} weights.`;
}

const stepWords = ({ kind, then }) => [kind, ...then.map((each, i) => (i ? each : `then ${each}`))].join(", ");

/** @param {import("./drawing.js").Blueprint} blueprint */
export function totalWords({ weights, total, discriminator }) {
  const parts = Object.entries(weights).flatMap(([name, count]) => (count ? [`${name} ${counted(count)}`] : []));
  const beside = discriminator ? ` A discriminator of ${counted(discriminator)} is trained beside it.` : "";
  return `${counted(total)} weights: ${parts.join(", ")}.${beside}`;
}

/** The drawing as a sentence. @param {import("./drawing.js").Blueprint} blueprint */
export function sentenceOf(blueprint) {
  const { shape, latent, classes, stochastic, encoder, decoder } = blueprint;
  const told = classes ? ` and the class, one of ${classes}` : "";
  const listed = (layers) => layers.map((layer) => `${stepWords(layer)}, to ${shapeWords(layer.shape)}`).join("; ");
  const numbers = `${counted(latent)} ${latent === 1 ? "number" : "numbers"}`;
  const code = stochastic ? `μ and σ, ${numbers} each, and z = μ + σ · ε with ε drawn from N(0, 1)` : `the code z = μ, ${numbers}`;
  const losses = stochastic ? "The reconstruction loss compares x with x′, the KL loss μ and σ with the prior" : "The reconstruction loss compares x with x′";
  return `The network. Encoder, from a picture x of ${shapeWords(shape)}${told}: ${listed(encoder)}. It gives ${code}. ` +
    `Decoder, from z${told}: ${listed(decoder)}, the picture x′. ${losses}. ${totalWords(blueprint)}`; // prettier-ignore
}
