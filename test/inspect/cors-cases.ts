import type { Case, Stage } from './stage.ts';

const rules = `<CORSConfiguration><CORSRule><AllowedOrigin>https://www.example.com</AllowedOrigin><AllowedOrigin>https://*.wild.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>authorization</AllowedHeader><AllowedHeader>content-type</AllowedHeader><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>`;

/** What a browser sends before a request. */
function preflight(
  stage: Stage,
  origin: string | undefined,
  method: string | undefined,
  headers: string = '',
) {
  return stage.client.send({
    method: 'OPTIONS',
    key: 'k',
    sign: 'none',
    headers: {
      ...(origin === undefined ? {} : { origin }),
      ...(method === undefined ? {} : { 'access-control-request-method': method }),
      ...(headers === '' ? {} : { 'access-control-request-headers': headers }),
    },
  });
}

/** A preflight that is refused, and passes with the rules that are proposed. */
function refusedPreflight(
  name: string,
  cause: string,
  [origin, method, headers]: readonly [string, string, string?],
  isWithRules = true,
): Case {
  return {
    name,
    cause,
    refuse: async (stage) => {
      if (isWithRules) await stage.configure('cors', rules);
      return preflight(stage, origin, method, headers);
    },
    mend: async (stage, why) => {
      const put = await stage.configure('cors', why.fix!.document!.content);
      if (put.status !== 200) throw new Error(`the rules were refused: ${put.text}`);
      // What was allowed before still is.
      const before = isWithRules ? await preflight(stage, 'https://www.example.com', 'GET') : { status: 200 };
      const after = await preflight(stage, origin, method, headers);
      return Math.max(before.status, after.status);
    },
  };
}

/** Ways in which a browser keeps a page from an answer. */
export const corsCases: readonly Case[] = [
  refusedPreflight('the page has another origin', 'cors-origin', ['https://app.example.net', 'PUT']),
  refusedPreflight('the page is served over http', 'cors-origin', ['http://www.example.com', 'GET']),
  refusedPreflight('the page is on another port', 'cors-origin', ['https://www.example.com:8443', 'GET']),
  refusedPreflight('the method is not allowed', 'cors-method', ['https://a.wild.example', 'DELETE']),
  refusedPreflight('a header is not allowed', 'cors-headers', [
    'https://www.example.com',
    'PUT',
    'authorization, x-cos-meta-colour',
  ]),
  refusedPreflight('method and header are not allowed', 'cors-no-rule-fits', [
    'https://www.example.com',
    'POST',
    'x-cos-acl',
  ]),
  refusedPreflight(
    'the bucket has no rules',
    'cors-no-rules',
    ['https://www.example.com', 'PUT', 'authorization'],
    false,
  ),
  {
    name: 'an answer is given that the browser hides from its page',
    cause: 'cors-origin',
    refuse: async (stage) => {
      await stage.configure('cors', rules);
      await stage.client.put('k', 'x');
      return stage.client.get('k', { origin: 'https://app.example.net' });
    },
    mend: async (stage, why) => {
      await stage.configure('cors', why.fix!.document!.content);
      const { status, headers } = await stage.client.get('k', { origin: 'https://app.example.net' });
      return headers['access-control-allow-origin'] === undefined ? 403 : status;
    },
  },
  {
    name: 'a preflight has no Origin',
    cause: 'cors-no-origin',
    refuse: (stage) => preflight(stage, undefined, 'PUT'),
  },
];
