// Texts and names of properties that a bundle says often, as short names: `answer.statusCode` becomes `answer[a]`.

import type { AnyNode, Identifier } from 'acorn';
import type { Plugin } from 'vite';
import { edited, walk, type Edit } from './bundle-names.ts';

/** A place where a text stands: as a value, or as the name of a property, where it is read or where it is defined. */
type Said = { start: number; end: number; as: 'value' | 'member' | 'key'; shorthand?: boolean | undefined };

/** What is computed in long loops keeps the names that engines find fastest. */
const hot = /[\\/]protocol[\\/]src[\\/](digest[\\/][\w-]+|utf8)\.ts$/;

/** Stands between the texts of a bundle, which are cut out of one. */
const between = '|';

/** Names what is said often: minifiers write it out each time. */
export function shortTexts(): Plugin {
  return {
    name: 'short-texts',
    renderChunk(code, _chunk, { format }) {
      // Other forms stand inside a function, and what is said before them would be global.
      if (format !== 'cjs') return null;
      const said = new Map<string, Said[]>();
      const say = (text: string, place: Said): void => {
        said.set(text, [...(said.get(text) ?? []), place]);
      };
      const cold = coldPlaces(code);
      walk(this.parse(code), (node, parent) => {
        const { start, end } = node;
        if (node.type === 'Literal' && typeof node.value === 'string' && parent) {
          if (parent.type === 'ExpressionStatement') return;
          if ('key' in parent && parent.key === node && !('computed' in parent && parent.computed)) return;
          say(node.value, { start, end, as: 'value' });
        }
        if (!cold(start)) return;
        if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier')
          say(node.property.name, { start: code.lastIndexOf('.', node.property.start), end, as: 'member' });
        const { key, shorthand } = keyOf(node);
        if (key)
          say(key.name, { start: key.start, end: shorthand ? key.start : key.end, as: 'key', shorthand });
      });
      const edits: Edit[] = [];
      const texts: string[] = [];
      for (const [text, places] of said) {
        const quoted = JSON.stringify(text);
        // To declare it costs the text and two signs besides. A name is taken to have two letters.
        if (text.includes(between)) continue;
        const saved = { value: quoted.length - 2, member: text.length - 3, key: text.length - 4 };
        const worth = places.filter((place) => saved[place.as] > 0);
        if (worth.reduce((sum, place) => sum + saved[place.as], 0) <= text.length + 4) continue;
        const name = `text_${texts.length}`;
        for (const { start, end, as, shorthand = false } of worth)
          edits.push({ start, end, text: as === 'value' ? name : `[${name}]${shorthand ? ':' : ''}` });
        texts.push(text);
      }
      if (edits.length === 0) return null;
      const names = texts.map((_text, at) => `text_${at}`).join(', ');
      const joined = JSON.stringify(texts.join(between));
      return { code: `let [${names}] = ${joined}.split('${between}');\n${edited(code, edits)}`, map: null };
    },
  };
}

/** The name that a node gives to a property, if it is one that could as well be computed. */
function keyOf(node: AnyNode): { key?: Identifier; shorthand?: boolean } {
  if (node.type !== 'Property' && node.type !== 'MethodDefinition') return {};
  if (node.computed || node.key.type !== 'Identifier' || node.key.name === 'constructor') return {};
  return { key: node.key, shorthand: node.type === 'Property' && node.shorthand };
}

/** Tells of places in a chunk whether they belong to modules that are not hot. */
export function coldPlaces(code: string): (at: number) => boolean {
  const regions = [...code.matchAll(/^\/\/ (\S+\.ts)$/gm)].map(({ index, 1: file = '' }) => ({
    index,
    isHot: hot.test(file),
  }));
  return (at) => regions.findLast(({ index }) => index <= at)?.isHot !== true;
}
