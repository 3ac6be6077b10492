// Rows of the operation table as clients read them: bundles carry each row as a short text (protocol's compact.ts),
// without the shapes of documents, readers and pages that only the service and the documentation need.

import type { Plugin } from 'vite';
import { writeRow } from '../packages/protocol/src/codec/bundle-rows.ts';
import type { Operation } from '../packages/protocol/src/codec/operation.ts';
import { operations } from '../packages/protocol/src/operations/all.ts';

const rows: Readonly<Record<string, Operation>> = operations;
const rowFiles = /[\\/]protocol[\\/]src[\\/]operations[\\/][\w-]+\.ts$/;
const fieldsId = '\0sampan-fields';
// What stands for texts until it is known which rows the bundle keeps.
const fieldsMark = 'sampan-list-of-fields';
const rowMark = /(["'`])sampan-row-(\w+)\1/g;

/** Writes the operation table for clients. */
export function clientRows(): Plugin {
  return {
    name: 'client-rows',
    enforce: 'post',
    resolveId: (id) => (id === fieldsId ? id : null),
    load(id) {
      if (id !== fieldsId) return null;
      const compact = JSON.stringify(`${import.meta.dirname}/../packages/protocol/src/codec/bundle-rows.ts`);
      return (
        `import { readFields, readRow } from ${compact};\n` +
        `const known = /* @__PURE__ */ readFields('${fieldsMark}');\n` +
        `export const row = /* @__NO_SIDE_EFFECTS__ */ (text) => readRow(known, text);`
      );
    },
    transform(code, id) {
      if (!rowFiles.test(id)) return null;
      const exported = [...code.matchAll(/^export const (\w+)/gm)].map(([, name = '']) => name);
      const kept = exported.filter((name) => name in rows);
      if (kept.length === 0) return null;
      const lines = kept.map((name) => `export const ${name} = /* @__PURE__ */ row('sampan-row-${name}');\n`);
      return { code: `import { row } from ${JSON.stringify(fieldsId)};\n${lines.join('')}`, map: null };
    },
    renderChunk(code) {
      const fields: string[] = [];
      const index = (field: string): number =>
        fields.includes(field) ? fields.indexOf(field) : fields.push(field) - 1;
      const withRows = code.replace(rowMark, (_mark, _quote, name: string) =>
        JSON.stringify(writeRow(rows[name]!, index)),
      );
      return { code: withRows.replace(fieldsMark, fields.join(' ')), map: null };
    },
  };
}
