// Runs ONNX graphs in ONNX Runtime Web. The one home of onnxruntime-web.

const RUNTIME = "ort.wasm.min.js";
const GLUE = "ort-wasm-simd-threaded.js";
const BINARY = "ort-wasm-simd-threaded.bin";
const MOST_THREADS = 4; // of the networks; more gained nothing on pictures of a megapixel

let runtime = null;

/**
 * Load the runtime, once; its binary is stored packed, as file hosts do not all pack what they send.
 *
 * @param {URL} folder where its files are
 */
export async function openRuntime(folder) {
  const { default: ort } = await import(new URL(RUNTIME, folder));
  const packed = await fetchFile(new URL(BINARY, folder));
  const unpacked = packed.body.pipeThrough(new DecompressionStream("gzip"));
  ort.env.wasm.wasmBinary = await new Response(unpacked).arrayBuffer();
  ort.env.wasm.wasmPaths = { mjs: new URL(GLUE, folder).href };
  ort.env.wasm.numThreads = self.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
  ort.env.logLevel = "error"; // it warns about the machine on every start
  runtime = ort;
}

async function fetchFile(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  return response;
}

/**
 * Open a model's folder.
 *
 * @param {URL} folder with model.json and model.onnx
 * @param {number} format that the reader understands
 * @returns {Promise<{info: object, network: Network}>} what model.json says, and the network
 */
export async function openModel(folder, format) {
  const files = ["model.json", "model.onnx"].map((name) => fetchFile(new URL(name, folder)));
  const [text, graph] = await Promise.all(files);
  const info = await text.json();
  if (info.format !== format) throw new Error(`${folder.pathname}: expected format ${format}, found ${info.format}`);
  const bytes = new Uint8Array(await graph.arrayBuffer());
  return { info, network: new Network(await runtime.InferenceSession.create(bytes, { executionProviders: ["wasm"] })) };
}

/** A graph of one input of gray levels and one output. */
export class Network {
  #session;
  #isRunning = Promise.resolve();

  constructor(session) {
    this.#session = session;
  }

  /**
   * What the graph answers; one question after another.
   *
   * @param {Uint8Array} levels
   * @param {number[]} shape
   * @returns {Promise<{data: Float32Array, dims: number[]}>}
   */
  run(levels, shape) {
    const [input] = this.#session.inputNames;
    const [output] = this.#session.outputNames;
    const answer = this.#isRunning.then(async () => {
      const found = await this.#session.run({ [input]: new runtime.Tensor("uint8", levels, shape) });
      return found[output];
    });
    this.#isRunning = answer.catch(() => null);
    return answer;
  }
}
