/**
 * The extractor's report with what a reviewer needs: an operation's row by its name, method and target instead of its
 * expanded type, and error codes with their status. Rows are reviewed in `protocol/src/operations`.
 */
export function shortReport(report: string): string {
  return report.replace(
    /^export const (\w+): (\{\n(?: .*\n)*?\});$/gm,
    (whole, name: string, type: string) => {
      const method = /^ {4}(?:readonly )?method: "(\w+)";$/m.exec(type)?.[1];
      const target = /^ {4}(?:readonly )?target: "(\w+)";$/m.exec(type)?.[1];
      if (method !== undefined && target !== undefined)
        return `export const ${name}: Operation; // a row: ${method} of ${/^[aeiou]/.test(target) ? 'an' : 'a'} ${target}`;
      if (name === 'operations') {
        const rows = [...type.matchAll(/^ {4}(?:readonly )?(\w+): \{$/gm)].map(
          ([, row]) => `    ${row}: Operation;\n`,
        );
        return `export const operations: {\n${rows.join('')}};`;
      }
      if (name !== 'errorCodes') return whole;
      const codes = [...type.matchAll(/^ {4}(?:readonly )?(\w+): \{\n {8}(?:readonly )?status: (\d+);$/gm)];
      return `export const errorCodes: {\n${codes.map(([, code, status]) => `    ${code}: ${status};\n`).join('')}};`;
    },
  );
}
