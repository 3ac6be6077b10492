// Limits of what is published and of what its users get from their bundlers, in bytes as they are and as gzip sends them.
// They only go down (docs/decisions, "bundle size"). `tools/size.ts` makes the files below `.tmp/size`.

const sdk = 'packages/sdk';

/** One file: its limit in kB as it is, and in kB as gzip sends it. */
const both = (name, path, rawLimit, gzipLimit) => [
  { name: `${name}, raw`, path, limit: `${rawLimit} kB`, brotli: false },
  { name: `${name}, gzip`, path, limit: `${gzipLimit} kB`, gzip: true, brotli: false },
];

const built = (name, path, ...limits) => both(name, `${sdk}/${path}`, ...limits);

const consumers = (name, program, ...limits) =>
  ['esbuild', 'webpack'].flatMap((tool) =>
    both(`${name} by ${tool}`, `.tmp/size/${program}.${tool}.js`, ...limits),
  );

export default [
  ...built('mini program, class', 'miniprogram_dist/index.js', 131, 47),
  ...built('mini program, uploading alone', 'miniprogram_dist/wx/upload.js', 83, 31),
  ...built('script of a page', 'dist/cos.min.js', 136, 49),
  ...consumers('mini program, class', 'wx', 131, 47),
  ...consumers('mini program, uploading alone', 'wx-upload', 83, 31),
  ...consumers('uni-app, class', 'uni', 131, 47),
  ...consumers('page, class', 'web', 131, 48),
  ...consumers('page, one guard', 'web-guard', 3, 1.5),
  ...consumers('mini program, one guard', 'wx-guard', 3, 1.5),
];
