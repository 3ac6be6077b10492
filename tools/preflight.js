// Every script starts with this line of defence. The npm package `node` puts the pinned Node first on a script's
// PATH; when install scripts are switched off it is absent and the machine's own Node runs instead, which may be
// too old to run TypeScript files as they are. Plain JavaScript on purpose: it must run on any old Node.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Sampan's scripts need Node 22.18 or newer, and this is ${process.version}. ` +
      'The pinned Node was not installed, most likely because install scripts are off: ' +
      'run `npm rebuild node --ignore-scripts=false`, or use a newer Node.',
  );
  process.exit(1);
}
