// All points of a map in one draw call of WebGL2, or one by one on a 2D canvas where there is no WebGL2.

const VERTEX = `#version 300 es
in vec2 at;
in vec4 ink;
uniform vec2 middle, scale;
uniform float size;
out vec4 colour;
void main() {
  gl_Position = vec4((at - middle) * scale, 0.0, 1.0);
  gl_PointSize = size;
  colour = ink;
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec4 colour;
uniform float size;
out vec4 painted;
void main() {
  float radius = length(gl_PointCoord - 0.5) * size;
  float alpha = colour.a * clamp(0.5 * size - radius, 0.0, 1.0);
  painted = vec4(colour.rgb * alpha, alpha);
}`;

/**
 * @typedef {object} Points
 * @property {(xy: Float32Array, ink: Uint8Array) => void} load   xy (n, 2) in map units; ink (n, 4) in 0..255
 * @property {(viewport: ReturnType<import("./viewport.js").createViewport>) => void} draw
 * @property {() => void} dispose
 */

/** @param {HTMLCanvasElement} canvas @returns {Points} */
export function createPoints(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, powerPreference: "low-power" });
  return gl ? glPoints(canvas, gl) : flatPoints(canvas);
}

/** Small enough to tell points apart in a crowd, and growing a little as the crowd thins out under the zoom. */
export function diameter(n, zoomed) {
  const alone = Math.min(9, Math.max(2.6, 34 / n ** 0.23));
  return Math.min(14, alone * Math.max(1, zoomed) ** 0.25);
}

// Examples of a data set may be sorted by class; drawn in that order, the last class would hide the others.
function shuffled(n, visit) {
  const step = [48271, 40487, 7919].find((prime) => n % prime !== 0) ?? 1;
  for (let i = 0, at = 0; i < n; i++, at = (at + step) % n) visit(i, at);
}

function mixed(xy, ink) {
  const n = xy.length / 2;
  const [at, colour] = [new Float32Array(2 * n), new Uint8Array(4 * n)];
  shuffled(n, (i, from) => {
    for (let k = 0; k < 2; k++) at[2 * i + k] = xy[2 * from + k];
    for (let k = 0; k < 4; k++) colour[4 * i + k] = ink[4 * from + k];
  });
  return { n, at, colour };
}

function fitCanvas(canvas, { width, height }) {
  const density = window.devicePixelRatio || 1;
  const [w, h] = [Math.max(1, Math.round(width * density)), Math.max(1, Math.round(height * density))];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  return density;
}

function glPoints(canvas, gl) {
  let [data, program, buffers] = [null, null, {}];

  function start() {
    program = link(gl);
    buffers = { at: gl.createBuffer(), ink: gl.createBuffer() };
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    if (data) upload();
  }
  function upload() {
    attribute(gl, program, "at", buffers.at, data.at, 2, gl.FLOAT, false);
    attribute(gl, program, "ink", buffers.ink, data.colour, 4, gl.UNSIGNED_BYTE, true);
  }
  function draw(viewport) {
    const density = fitCanvas(canvas, viewport);
    const { x, y, k, width, height } = viewport;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!data) return;
    gl.uniform2f(gl.getUniformLocation(program, "middle"), x, y);
    gl.uniform2f(gl.getUniformLocation(program, "scale"), (2 * k) / width, (2 * k) / height);
    gl.uniform1f(gl.getUniformLocation(program, "size"), diameter(data.n, viewport.zoomed) * density + 1);
    gl.drawArrays(gl.POINTS, 0, data.n);
  }
  let last = null;
  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault()); // allows the browser to give it back
  canvas.addEventListener("webglcontextrestored", () => {
    start();
    if (last) draw(last);
  });
  start();
  return {
    load(xy, ink) {
      data = mixed(xy, ink);
      upload();
    },
    draw(viewport) {
      last = viewport;
      draw(viewport);
    },
    dispose: () => gl.getExtension("WEBGL_lose_context")?.loseContext(), // a browser keeps only sixteen alive
  };
}

function link(gl) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) { // prettier-ignore
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(gl.getProgramInfoLog(program));
  return program;
}

function attribute(gl, program, name, buffer, values, size, type, normalized) {
  const at = gl.getAttribLocation(program, name);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(at);
  gl.vertexAttribPointer(at, size, type, normalized, 0, 0);
}

function flatPoints(canvas) {
  const brush = canvas.getContext("2d");
  let data = null;
  return {
    load(xy, ink) {
      data = mixed(xy, ink);
    },
    draw(viewport) {
      const density = fitCanvas(canvas, viewport);
      brush.setTransform(density, 0, 0, density, 0, 0);
      brush.clearRect(0, 0, viewport.width, viewport.height);
      if (!data) return;
      const size = diameter(data.n, viewport.zoomed);
      const inks = new Uint32Array(data.colour.buffer);
      let last = -1;
      for (let i = 0; i < data.n; i++) {
        const [x, y] = viewport.toScreen([data.at[2 * i], data.at[2 * i + 1]]);
        if (inks[i] !== last) brush.fillStyle = styleOf(data.colour, i);
        last = inks[i];
        brush.fillRect(x - size / 2, y - size / 2, size, size); // squares: three times as fast as discs
      }
    },
    dispose() {},
  };
}

function styleOf(colour, i) {
  return `rgb(${colour[4 * i]} ${colour[4 * i + 1]} ${colour[4 * i + 2]} / ${colour[4 * i + 3] / 255})`;
}
