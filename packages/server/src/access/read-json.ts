/** JSON that callers send: bounded in depth, and without names that are given twice. */

/** Says why a text is not the JSON that is wanted. It repeats nothing of the text but a name. */
export class JsonProblem extends Error {}

/** Documents of COS are at most six levels deep; what goes further is made to hurt. */
const maxDepth = 32;

/**
 * Reads a document. JSON.parse alone would keep the last of two members of one name, so that two readers could see
 * different documents, and it would give trees too deep to be written again. Throws {@link JsonProblem}.
 */
export function readJson(text: string): unknown {
  refuseStructure(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JsonProblem('the document is not JSON', { cause });
  }
}

function refuseStructure(text: string): void {
  const open: Set<string>[] = [];
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/gs;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const mark = found[0][0];
    if (mark === '{' || mark === '[') {
      if (open.push(new Set()) > maxDepth) throw new JsonProblem(`it is nested deeper than ${maxDepth}`);
    } else if (mark !== '"') open.pop();
    else if (found[1] !== undefined) {
      const name = nameOf(found[0].slice(0, -found[1].length));
      const names = open.at(-1);
      if (names?.has(name)) throw new JsonProblem(`${name.slice(0, 64)} is given twice`);
      names?.add(name);
    }
  }
}

function nameOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    // The whole is no JSON either, and is refused for that.
    return quoted;
  }
}
