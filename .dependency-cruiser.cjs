// The layers of Sampan as rules. `npm run check:layers` applies them to the tree, after asserting that it saw every
// layer; `tools/layers.test.ts` breaks each rule once on purpose and expects it to be named.

const tests = '(\\.test|/contract)\\.ts$|/testing/';
const sdkEntry = '^packages/sdk/src/entries/';
const portableEntry = '^packages/sdk/src/entries/(?!node\\.ts$)';
/** The two ports of stores. */
const storePorts = '^packages/server/src/((metadata|blobs)/port|metadata/(failures|tables))\\.ts$';
/** Where the stores of a process are chosen, for all of its threads. */
const compositionRoot = '^packages/server/src/service/stores\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: { pathNot: tests },
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere escapes every other rule.',
      severity: 'error',
      from: { pathNot: tests },
      to: { couldNotResolve: true },
    },
    {
      name: 'protocol-alone',
      comment: 'The protocol runs in any engine: it imports itself and nothing else.',
      severity: 'error',
      from: { path: '^packages/protocol/src/', pathNot: tests },
      to: { pathNot: '^packages/protocol/src/' },
    },
    {
      name: 'sdk-engine-port-only',
      comment:
        'The SDK engine knows the protocol and the platform port, never a platform, an entry or a package.',
      severity: 'error',
      from: { path: '^packages/sdk/src/', pathNot: ['^packages/sdk/src/platforms/', sdkEntry, tests] },
      to: {
        path: '.',
        pathNot: ['^packages/protocol/src/', '^packages/sdk/src/(?!platforms/|entries/)'],
      },
    },
    {
      name: 'platform-sees-port',
      comment: 'A platform implements the port: of the SDK it imports the port and its own folder.',
      severity: 'error',
      from: { path: '^packages/sdk/src/platforms/([^/]+)/', pathNot: tests },
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/protocol/src/',
          '^packages/sdk/src/core/(platform|body)\\.ts$',
          // What several hosts share lies beside their folders.
          '^packages/sdk/src/platforms/[^/]+\\.ts$',
          '^packages/sdk/src/platforms/$1/',
        ],
      },
    },
    {
      name: 'web-and-wx-portable',
      comment:
        'Nothing reachable from the web and mini program entries is a Node module, a package or the Node platform.',
      severity: 'error',
      from: { path: portableEntry, pathNot: tests },
      to: {
        reachable: true,
        pathNot: '^packages/(protocol/src|sdk/src/(?!entries/node\\.ts$|platforms/node/))',
      },
    },
    {
      name: 'server-operations-see-ports',
      comment: 'Operations see the protocol, the two store ports and access: no HTTP, no concrete store.',
      severity: 'error',
      from: { path: '^packages/server/src/operations/', pathNot: tests },
      to: {
        path: ['^packages/', '^(node:)?(http|http2|https|net|tls|fs|fs/promises|sqlite)$'],
        pathNot: [
          '^packages/protocol/src/',
          '^packages/server/src/(operations/|access/|body/|runtime/(clock|thread-share)\\.ts$)',
          storePorts,
        ],
      },
    },
    {
      name: 'http-at-the-edge',
      comment:
        'Access and bodies are what operations stand on: they know nothing of sockets, dispatch or handlers.',
      severity: 'error',
      from: { path: '^packages/server/src/(access|body)/', pathNot: tests },
      to: {
        path: ['^packages/server/src/(http|pipeline|operations|service)/', '^(node:)?(http|http2|https)$'],
      },
    },
    {
      name: 'inspector-looks-on',
      comment: 'The inspector explains what others decided; nothing that decides a request stands on it.',
      severity: 'error',
      from: { path: '^packages/server/src/inspect/', pathNot: tests },
      to: { path: '^packages/server/src/(pipeline|operations|service|jobs)/' },
    },
    {
      name: 'stores-know-no-http',
      comment: 'Stores and jobs hold bytes and rows; requests, handlers and status codes are above them.',
      severity: 'error',
      from: { path: '^packages/server/src/(metadata|blobs|jobs)/', pathNot: tests },
      to: {
        path: [
          '^packages/server/src/(?!(metadata|blobs|jobs|runtime)/)',
          '^(node:)?(http|http2|https)$',
          '^packages/(sdk|cli)/',
        ],
      },
    },
    {
      name: 'stores-apart',
      comment: 'Metadata and blobs meet only in their callers, so that either can be replaced alone.',
      severity: 'error',
      from: { path: '^packages/server/src/(metadata|blobs)/', pathNot: tests },
      to: {
        path: '^packages/server/src/(metadata|blobs)/',
        pathNot: ['^packages/server/src/$1/', storePorts],
      },
    },
    {
      name: 'one-composition-root',
      comment: 'Only service/stores.ts chooses implementations of the stores.',
      severity: 'error',
      from: {
        path: '^packages/',
        pathNot: [compositionRoot, '^packages/server/src/(metadata|blobs)/', tests],
      },
      to: { path: '^packages/server/src/(metadata|blobs)/', pathNot: storePorts },
    },
    {
      name: 'packages-apart',
      comment: 'Client and server share the protocol alone; the command line is above both.',
      severity: 'error',
      from: { path: '^packages/(sdk|server)/src/', pathNot: tests },
      to: { path: '^packages/(sdk|server|cli)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'conformance-speaks-http',
      comment: 'Conformance must hold against any COS: it never loads the server or the command line.',
      severity: 'error',
      from: { path: '^test/conformance/' },
      to: { reachable: true, path: '^packages/(server|cli)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|miniprogram_dist|\\.tmp)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@sampan/source', 'types', 'node', 'import', 'require', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
