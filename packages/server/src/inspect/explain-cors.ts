/** Why a browser may not read an answer: which CORS rule came nearest, and the document that would let it. */
import {
  corsFor,
  corsMisfits,
  crossOrigin,
  missingHeaders,
  permissiveCors,
  type CorsRule,
  type CrossOrigin,
} from '../access/cors.ts';
import type { Explanation, Words } from './entry.ts';
import { say } from './say.ts';
import type { Evidence } from './trace.ts';

/** Explains a preflight that was refused, or an answer that a browser hides from its page. */
export function explainCors(
  { bucket, headers, method, operation }: Evidence,
  { permissiveCors: isPermissive }: { readonly permissiveCors: boolean },
): Explanation<Words> {
  const asked = crossOrigin(headers, operation === 'optionsObject' ? 'OPTIONS' : method);
  if (!asked || asked.method === '')
    return {
      cause: asked ? 'cors-no-method' : 'cors-no-origin',
      summary: say(
        `A preflight has the headers Origin and Access-Control-Request-Method; ${asked ? 'the method' : 'Origin'} is missing.`,
        `预检请求需要 Origin 和 Access-Control-Request-Method 头部，缺少 ${asked ? '后者' : 'Origin'}。`,
      ),
      details: { origin: headers['origin'] },
      fix: { sentence: say('Let a browser send it, or add the header.', '由浏览器发送，或补上该头部。') },
    };
  const rules = corsFor(bucket?.configs['cors'], isPermissive)?.CORSRule ?? [];
  const nearest = rules
    .map((rule, index) => ({ rule, index, misfits: corsMisfits(rule, asked) }))
    .toSorted((a, b) => a.misfits.length - b.misfits.length)[0];
  const rule = allowing(asked, nearest?.misfits.length === 1 ? nearest.rule : undefined);
  const kept = bucket?.configs['cors'] ? rules : [];
  const fix = {
    sentence: say(
      'Set these rules with PUT Bucket cors; the last one lets the request pass.',
      '用 PUT Bucket cors 设置以下规则，最后一条允许此请求。',
    ),
    document: { type: 'xml' as const, content: documentOf([...kept, rule]) },
  };
  if (!nearest)
    return {
      cause: 'cors-no-rules',
      summary: say(
        `The bucket has no CORS rules, so a page of ${asked.origin} may not read its answers.`,
        `存储桶没有 CORS 规则，因此 ${asked.origin} 的页面不能读取响应。`,
      ),
      details: { ...asked },
      fix,
    };
  return {
    cause: nearest.misfits.length === 1 ? `cors-${nearest.misfits[0]!}` : 'cors-no-rule-fits',
    summary: summaryOf(asked, nearest),
    details: {
      asked: { ...asked },
      nearest: { rule: nearest.index + 1, ...(nearest.rule.ID ? { id: nearest.rule.ID } : {}) },
      misfits: nearest.misfits,
      allowed: {
        origins: nearest.rule.AllowedOrigin,
        methods: nearest.rule.AllowedMethod,
        headers: nearest.rule.AllowedHeader,
      },
      ...originHint(asked.origin, nearest.rule),
    },
    fix,
  };
}

interface Nearest {
  readonly rule: CorsRule;
  readonly index: number;
  readonly misfits: readonly ('origin' | 'method' | 'headers')[];
}

function summaryOf(asked: CrossOrigin, { rule, index, misfits }: Nearest): Words {
  const headers = missingHeaders(rule, asked).join(', ');
  const en = {
    origin: `the origin ${asked.origin}`,
    method: `the method ${asked.method}`,
    headers: `the headers ${headers}`,
  };
  const zh = {
    origin: `来源 ${asked.origin}`,
    method: `方法 ${asked.method}`,
    headers: `头部 ${headers}`,
  };
  return say(
    `CORS rule ${index + 1} comes nearest and does not allow ${misfits.map((name) => en[name]).join(' and ')}.`,
    `最接近的 CORS 规则 ${index + 1} 不允许${misfits.map((name) => zh[name]).join('和')}。`,
  );
}

/** What is nearly the origin: another scheme or port, or a slash at the end. */
function originHint(origin: string, { AllowedOrigin }: CorsRule): { readonly nearly?: string } {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/\/$/, '')
      .replace(/:\d+$/, '');
  const nearly = AllowedOrigin.find((allowed) => bare(allowed) === bare(origin) && allowed !== origin);
  return nearly === undefined ? {} : { nearly };
}

/** A rule for the request: the nearest one where that misses one thing, widened by it. */
function allowing({ origin, method, headers }: CrossOrigin, near: CorsRule | undefined): CorsRule {
  const [first] = permissiveCors.CORSRule;
  return {
    AllowedOrigin: [origin],
    AllowedMethod: [...new Set([...(near?.AllowedMethod ?? []), method])],
    AllowedHeader:
      headers.length === 0 && !near ? ['*'] : [...new Set([...(near?.AllowedHeader ?? []), ...headers])],
    ExposeHeader: near?.ExposeHeader ?? first!.ExposeHeader,
    MaxAgeSeconds: near?.MaxAgeSeconds ?? 600,
  };
}

function documentOf(rules: readonly CorsRule[]): string {
  const list = (name: string, values: readonly string[]) =>
    values.map((value) => `    <${name}>${escaped(value)}</${name}>\n`).join('');
  const text = rules.map(
    (rule) =>
      '  <CORSRule>\n' +
      (rule.ID === undefined ? '' : list('ID', [rule.ID])) +
      list('AllowedOrigin', rule.AllowedOrigin) +
      list('AllowedMethod', rule.AllowedMethod) +
      list('AllowedHeader', rule.AllowedHeader) +
      list('ExposeHeader', rule.ExposeHeader) +
      (rule.MaxAgeSeconds === undefined ? '' : list('MaxAgeSeconds', [String(rule.MaxAgeSeconds)])) +
      '  </CORSRule>\n',
  );
  return `<CORSConfiguration>\n${text.join('')}</CORSConfiguration>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
