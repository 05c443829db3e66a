/**
 * The register peak: how many floating-point operations a second this engine's simd128 reaches when
 * nothing else is asked of it. Loops of f32x4 multiplications and additions on values that stay in
 * registers, in chains that do not wait for each other, assembled here byte by byte. Which loop is
 * best depends on the processor and the engine, so several are tried.
 *
 * A link is a multiplication and an addition: `p *= m; x += p` on two registers, or `x = x * m + c` on
 * one. With m = -1 both stay within [-2, 2], far from infinities and subnormal numbers, and nothing can
 * be computed ahead of the loop.
 */

/** @typedef {'two' | 'one' | 'fused'} Link `fused` is relaxed-simd's multiply-add on one register */
/** @typedef {{ link: Link, chains: number }} Loop */

/** @type {Loop[]} */
const PLAIN = [
  ...[4, 5, 6, 7].map((chains) => ({ link: /** @type {Link} */ ('two'), chains })),
  ...[4, 6, 8, 10, 12, 13].map((chains) => ({ link: /** @type {Link} */ ('one'), chains })),
];
/** @type {Loop[]} */
const RELAXED = [4, 6, 8, 10, 12].map((chains) => ({ link: 'fused', chains }));

/** Links of every chain in one turn of the loop, so that counting costs next to nothing. */
const UNROLL = 8;
const LANES = 4;

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;
const EMPTY = 0x40;

/** An unsigned number in LEB128. @param {number} value @returns {number[]} */
const uleb = (value) =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uleb(Math.floor(value / 0x80))];

/** @param {number[][]} items */
const vector = (items) => [...uleb(items.length), ...items.flat()];
/** @param {number} id @param {number[]} content */
const section = (id, content) => [id, ...uleb(content.length), ...content];
/** @param {string} name */
const named = (name) => [...uleb(name.length), ...[...name].map((c) => c.charCodeAt(0))];
/** @param {number} index */
const get = (index) => [0x20, ...uleb(index)];
/** @param {number} index */
const set = (index) => [0x21, ...uleb(index)];
/** @param {number} code */
const simd = (code) => [0xfd, ...uleb(code)];
/** @param {number} value */
const splat = (value) => [0x43, ...new Uint8Array(new Float32Array([value]).buffer), ...simd(0x13)];

const MULTIPLY = simd(0xe6);
const ADD = simd(0xe4);
/** f32x4.relaxed_madd, which may round once or twice. */
const MULTIPLY_ADD = simd(0x105);

/**
 * `(turns: i32) -> f32`: the loop, then lane 0 of the sum of all chains, so that none is idle.
 * @param {Loop} shape
 */
function body({ link, chains }) {
  const [turns, m, c, first] = [0, 1, 2, 3];
  const xs = Array.from({ length: chains }, (_, chain) => first + chain);
  const product = (/** @type {number} */ x) => x + chains;
  /** @type {Record<Link, (x: number) => number[]>} */
  const links = {
    two: (x) => [
      ...[...get(product(x)), ...get(m), ...MULTIPLY, 0x22, ...uleb(product(x))],
      ...[...get(x), ...ADD, ...set(x)],
    ],
    one: (x) => [...get(x), ...get(m), ...MULTIPLY, ...get(c), ...ADD, ...set(x)],
    fused: (x) => [...get(x), ...get(m), ...get(c), ...MULTIPLY_ADD, ...set(x)],
  };
  const locals = 2 + chains * (link === 'two' ? 2 : 1);
  const code = [
    ...vector([[...uleb(locals), V128]]),
    ...[...splat(-1), ...set(m), ...splat(1), ...set(c)],
    ...Array.from({ length: locals - 2 }, (_, i) => [
      ...splat(1 - i / 64),
      ...set(first + i),
    ]).flat(),
    ...[0x03, EMPTY],
    ...Array.from({ length: UNROLL }, () => xs.flatMap(links[link])).flat(),
    // turns -= 1; again while there is one left
    ...[...get(turns), 0x41, 1, 0x6b, 0x22, turns, 0x0d, 0, 0x0b],
    ...get(first),
    ...xs.slice(1).flatMap((x) => [...get(x), ...ADD]),
    ...[...simd(0x1f), 0],
    0x0b,
  ];
  return [...uleb(code.length), ...code];
}

/** @param {Loop[]} loops @returns {Uint8Array<ArrayBuffer>} */
function assemble(loops) {
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, ...vector([[I32]]), ...vector([[F32]])]])),
    ...section(3, vector(loops.map(() => uleb(0)))),
    ...section(7, vector(loops.map((loop, index) => [...named(nameOf(loop)), 0, ...uleb(index)]))),
    ...section(10, vector(loops.map(body))),
  ]);
}

/** @param {Loop} loop */
const nameOf = ({ link, chains }) => `${link} ${chains}`;

/**
 * The loops, ready to be timed; `flops` is what one turn of `run` does. Throws where the engine does
 * not know the instructions.
 * @param {{ relaxed?: boolean }} [options] with relaxed-simd's multiply-add instead of two instructions
 */
export function instantiate({ relaxed = false } = {}) {
  const loops = relaxed ? RELAXED : PLAIN;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(loops)));
  return loops.map((loop) => ({
    name: nameOf(loop),
    flops: loop.chains * UNROLL * LANES * 2,
    run: /** @type {(turns: number) => number} */ (exports[nameOf(loop)]),
  }));
}
