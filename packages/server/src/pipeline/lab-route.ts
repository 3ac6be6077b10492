/** `/-/lab`: reads, sets and removes the rules of the network laboratory. */
import { fault } from '@sampan/protocol';
import { JsonProblem, readJson } from '../access/read-json.ts';
import type { HttpRequest, ReservedRoute } from '../http/message.ts';
import { links, readLink } from '../lab/link-text.ts';
import type { Laboratory } from '../lab/laboratory.ts';
import { LabError, check, readRules, seedField, type LabDocument } from '../lab/rule.ts';

/** 64 rules of the longest patterns fit. */
const maxBodyBytes = 512 * 1024;

/**
 * The route. `set` puts rules in force in all threads and resolves when they are. Throws `InvalidArgument` that names
 * what came and what is allowed.
 */
export function labRoute(
  laboratory: Laboratory,
  set: (document: LabDocument | undefined) => Promise<void>,
): ReservedRoute {
  const status = () => ({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: `${JSON.stringify({ seed: laboratory.seed, rules: laboratory.status(), links })}\n`,
  });
  return async (request) => {
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return status();
      case 'PUT':
        await set(await documentOf(request));
        return status();
      case 'DELETE':
        await set(undefined);
        return status();
      default:
        return { status: 405, headers: { allow: 'GET, HEAD, PUT, DELETE' } };
    }
  };
}

async function documentOf(request: HttpRequest): Promise<LabDocument> {
  const text = Buffer.from(await request.body.all(maxBodyBytes)).toString();
  try {
    return readDocument(readJson(text));
  } catch (error) {
    if (error instanceof LabError || error instanceof JsonProblem)
      throw fault('InvalidArgument', { Message: error.message }, { cause: error });
    throw error;
  }
}

/** `{ "link": "3g,cut=40s" }`, or `{ "rules": […] }` of objects and such texts; either with a `seed`. */
function readDocument(value: unknown): LabDocument {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LabError('the document must be an object with rules or link');
  const { seed, rules, link, ...others } = value as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new LabError(
      `the document has no ${JSON.stringify(other.slice(0, 64))}; it may have seed, rules, link`,
    );
  if ((rules === undefined) === (link === undefined))
    throw new LabError('the document must have either rules or link');
  if (seed !== undefined) check(seedField, seed, 'seed');
  const given = seed === undefined ? {} : { seed: seed as number };
  if (rules !== undefined) return { seed: 1, ...given, rules: readRules(withTexts(rules)) };
  if (typeof link !== 'string') throw new LabError('link must be a text such as "3g,cut=40s"');
  return { ...readLink(link), ...given };
}

/** Rules that are written as texts stand beside those of a service that are sent back to it. */
function withTexts(rules: unknown): unknown {
  if (!Array.isArray(rules)) return rules;
  const given: readonly unknown[] = rules;
  return given.flatMap((rule): readonly unknown[] =>
    typeof rule === 'string' ? readLink(rule).rules : [rule],
  );
}
