/** Explanations of signatures, with the advice for their cause. */
import type { Explanation, FixDocument, Words } from './entry.ts';
import { fixes } from './signature-fixes.ts';

/** An explanation with a summary of its own. */
export function advised(
  cause: string,
  summary: Words,
  details: Readonly<Record<string, unknown>>,
  document?: FixDocument,
): Explanation<Words> {
  const { fix } = fixFor(cause, {});
  return {
    cause,
    summary,
    details,
    ...(fix ? { fix: { ...fix, ...(document ? { document } : {}) } } : {}),
  };
}

/** The advice for a cause, with what would have been right where that is known. */
export function fixFor(
  cause: string,
  facts: Readonly<Record<string, string>>,
): Pick<Explanation<Words>, 'fix'> {
  const sentence = fixes[cause]?.fix;
  if (!sentence) return {};
  const wanted = facts['wanted'];
  return {
    fix: {
      sentence,
      ...(wanted === undefined ? {} : { document: { type: 'text', content: wanted } }),
    },
  };
}
