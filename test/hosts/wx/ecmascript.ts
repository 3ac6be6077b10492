/**
 * What a script may count on in an ES2018 engine, and what later editions added. Old phones run mini programs in such
 * engines, so the bare engines of these tests take the rest away.
 */

/** Names of global values up to ES2018, and those of WeChat's script realm. */
export const ES2018_GLOBALS = (
  'Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp ' +
  'Error EvalError RangeError ReferenceError SyntaxError TypeError URIError JSON Math Reflect Proxy ArrayBuffer DataView ' +
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array ' +
  'Map Set WeakMap WeakSet isFinite isNaN decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape ' +
  'console setTimeout setInterval clearTimeout clearInterval'
).split(' ');

const SEQUENCE = 'at findLast findLastIndex toReversed toSorted toSpliced with';
const TYPED = ['Int8', 'Uint8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'Float32', 'Float64'];

/** Members that editions after ES2018 (or one engine alone) added to values that stay. */
export const AFTER_ES2018: readonly (readonly [holder: string, members: readonly string[]])[] = (
  [
    ['Array', 'fromAsync'],
    ['Array.prototype', `flat flatMap ${SEQUENCE}`],
    ['Object', 'fromEntries hasOwn groupBy'],
    ['String.prototype', 'trimStart trimEnd matchAll replaceAll at isWellFormed toWellFormed'],
    ['Symbol.prototype', 'description'],
    ['Promise', 'allSettled any withResolvers try'],
    ['Map', 'groupBy'],
    ['Map.prototype', 'getOrInsert getOrInsertComputed'],
    ['WeakMap.prototype', 'getOrInsert getOrInsertComputed'],
    [
      'Set.prototype',
      'union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom',
    ],
    ['RegExp', 'escape'],
    ['RegExp.prototype', 'hasIndices unicodeSets'],
    ['Error', 'captureStackTrace isError'],
    ['JSON', 'rawJSON isRawJSON'],
    ['Math', 'f16round sumPrecise'],
    ['ArrayBuffer.prototype', 'resize resizable maxByteLength transfer transferToFixedLength detached'],
    ['DataView.prototype', 'getBigInt64 getBigUint64 setBigInt64 setBigUint64 getFloat16 setFloat16'],
    ['Uint8Array', 'fromBase64 fromHex'],
    ['Uint8Array.prototype', 'toBase64 toHex setFromBase64 setFromHex'],
    // The shared prototype of all typed arrays has no global name of its own.
    ...TYPED.map((kind) => [`${kind}Array.prototype.__proto__`, SEQUENCE] as const),
  ] as const
).map(([holder, members]) => [holder, members.split(' ')] as const);
