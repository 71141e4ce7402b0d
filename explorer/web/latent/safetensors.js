// Files of numbers: safetensors, read into typed arrays, and refused in a sentence if they are damaged.

const ARRAYS = { F32: Float32Array, I32: Int32Array, U8: Uint8Array, F16: Uint16Array };
const KINDS = "F32, F16, I32 and U8";
const LARGEST_HEADER = 100_000_000;
let allHalves = null; // the value of each half, once one was read

/** @typedef {{shape: number[], array: Float32Array | Int32Array | Uint8Array}} Tensor   F16 comes as Float32Array */

/** @param {ArrayBuffer} buffer @param {string} name of the file, for the sentences @returns {{tensors: Record<string, Tensor>, metadata: Record<string, string>}} */
export function readSafetensors(buffer, name) {
  if (buffer.byteLength < 8) throw new Error(`${name} is damaged: it is shorter than its own header`);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  if (length > LARGEST_HEADER || 8 + length > buffer.byteLength) {
    throw new Error(`${name} is damaged: its header is longer than the file`);
  }
  const { __metadata__: metadata = {}, ...entries } = parseHeader(new Uint8Array(buffer, 8, length), name);
  const tensors = {};
  for (const [key, entry] of Object.entries(entries)) tensors[key] = readTensor(buffer, 8 + length, key, entry, name);
  return { tensors, metadata };
}

function parseHeader(bytes, name) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Error(`${name} is damaged: its header is not JSON`, { cause });
  }
}

function readTensor(buffer, start, key, { dtype, shape, data_offsets: [from, to] }, name) {
  const Type = ARRAYS[dtype];
  if (!Type) throw new Error(`${name} holds “${key}” as ${dtype}, but only ${KINDS} are read`);
  if (start + to > buffer.byteLength) throw new Error(`${name} is damaged: it ends inside “${key}”`);
  const size = shape.reduce((product, length) => product * length, 1) * Type.BYTES_PER_ELEMENT;
  if (to - from !== size) throw new Error(`${name} is damaged: “${key}” does not have the size of its shape`);
  const array = new Type(buffer.slice(start + from, start + to)); // a copy, as offsets may be unaligned
  return { shape, array: dtype === "F16" ? fromHalves(array) : array };
}

/** @param {Uint16Array} halves */
function fromHalves(halves) {
  const [values, found] = [(allHalves ??= Float32Array.from({ length: 65536 }, (_, bits) => valueOf(bits))), new Float32Array(halves.length)];
  for (let i = 0; i < found.length; i++) found[i] = values[halves[i]];
  return found;
}

/** IEEE 754 half precision: a sign, five bits of an exponent, ten of a fraction. @param {number} bits */
function valueOf(bits) {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -14 * (fraction / 1024);
}
