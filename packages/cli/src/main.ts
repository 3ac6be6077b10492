#!/usr/bin/env node
/**
 * `sampan`: looks at the version of Node before anything else is loaded, because an older one fails on that with a stack
 * trace that names no remedy.
 */
import { refusalOf } from './node-version.ts';

const refusal = refusalOf(process.versions.node);
if (refusal === undefined) {
  const { runProcess } = await import('./process.ts');
  await runProcess();
} else {
  process.stderr.write(`sampan: ${refusal}\n`);
  process.exitCode = 2;
}
