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
  ...built('mini program, class', 'miniprogram_dist/index.js', 142, 51.5),
  ...built('mini program, uploading alone', 'miniprogram_dist/wx/upload.js', 91.5, 34.5),
  ...built('script of a page', 'dist/cos.min.js', 148, 54),
  ...consumers('mini program, class', 'wx', 138.5, 52),
  ...consumers('mini program, uploading alone', 'wx-upload', 89, 34.5),
  ...consumers('uni-app, class', 'uni', 138.5, 52),
  ...consumers('page, class', 'web', 140, 53),
  ...consumers('page, one guard', 'web-guard', 3, 1.5),
  ...consumers('mini program, one guard', 'wx-guard', 3, 1.5),
];
