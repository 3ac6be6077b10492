/** The reference of the SDK's methods as pages of Markdown, in both languages. */
import { chineseDocs } from './chinese-docs.ts';
import type { Field, Method } from './declarations.ts';
import { exampleOf } from './examples.ts';
import { table, type Language } from './guide-tables.ts';

const words = {
  en: {
    title: 'Methods',
    params: 'Parameters',
    result: 'Result',
    errors: 'Errors',
    example: 'Example',
    head: ['Name', 'Type', 'Meaning'],
    required: 'Required. ',
    none: 'It takes none.',
    nothing: (type: string) => `It gives \`${type}\`.`,
    older: (names: string) => `Older name: ${names}.`,
    call: 'With a callback as the last argument it calls back once, and without one it gives a promise.',
    usage: (names: string) => `\`missing param …\` when one of ${names} is missing (code \`InvalidUsage\`).`,
    service: 'Every other code that it can end with is on the page of [error codes](../guide/errors.md).',
    groups: {
      buckets: 'Buckets',
      objects: 'Objects',
      uploads: 'Uploads',
      other: 'Tasks, addresses and events',
    },
  },
  zh: {
    title: '方法',
    params: '参数',
    result: '返回结果',
    errors: '错误',
    example: '示例',
    head: ['名称', '类型', '含义'],
    required: '必填。',
    none: '没有参数。',
    nothing: (type: string) => `返回 \`${type}\`。`,
    older: (names: string) => `旧名称：${names}。`,
    call: '最后一个参数是回调时，回调一次；没有回调时返回 Promise。',
    usage: (names: string) => `缺少 ${names} 之一时为 \`missing param …\`（错误码 \`InvalidUsage\`）。`,
    service: '其他可能的错误码见[错误码](../guide/errors.md)。',
    groups: { buckets: '存储桶', objects: '对象', uploads: '上传', other: '任务、地址和事件' },
  },
} as const;

type Group = keyof (typeof words)['en']['groups'];

/** The group that a method stands in. */
export function groupOf({ name }: Method): Group {
  if (/Bucket|getService|listObjectVersions/.test(name)) return 'buckets';
  if (/^(upload|slice|multipart|abortUpload)/.test(name)) return 'uploads';
  if (/Object|downloadFile|^request$/.test(name) && name !== 'getObjectUrl') return 'objects';
  return 'other';
}

/**
 * Methods by group, with the title of each group. Older names differ in case alone, as file names must not, so they
 * are on the page of the name that replaced them.
 */
export function groups(
  methods: readonly Method[],
  language: Language,
): readonly (readonly [string, Method[]])[] {
  const titles = words[language].groups;
  return (Object.keys(titles) as Group[]).map(
    (group) =>
      [
        titles[group],
        methods.filter((method) => groupOf(method) === group && method.alias === undefined),
      ] as const,
  );
}

/** The page that lists all methods. */
export function indexPage(methods: readonly Method[], language: Language): string {
  const { title, head } = words[language];
  const lists = groups(methods, language).map(
    ([name, of]) =>
      `## ${name}\n\n${table(
        [head[0], head[2]],
        of.map(({ name: method, doc }) => [`[${method}](${method}.md)`, inLanguage(doc, language)]),
      )}\n`,
  );
  return `# ${title}\n\n${lists.join('\n')}`;
}

/** The page of one method, with its older names. */
export function methodPage(method: Method, older: readonly string[], language: Language): string {
  const say = words[language];
  const names = older.map((name) => `\`${name}\``).join(', ');
  const required = method.params.filter(({ optional }) => !optional).map(({ name }) => `\`${name}\``);
  const hasCallback =
    method.paramsType !== undefined && !['upload', 'getAuth', 'getV4Auth'].includes(method.name);
  return `# ${method.name}

${inLanguage(method.doc, language)}${older.length > 0 ? ` ${say.older(names)}` : ''}${hasCallback ? `\n\n${say.call}` : ''}

## ${say.example}

\`\`\`js
${exampleOf(method.name)}
\`\`\`

## ${say.params}

${method.params.length === 0 ? say.none : fieldTable(method.params, language)}

## ${say.result}

${method.result.length === 0 ? say.nothing(method.resultType) : fieldTable(method.result, language)}

## ${say.errors}

${hasCallback && required.length > 0 ? `- ${say.usage(required.join(', '))}\n` : ''}- ${say.service}
`;
}

function fieldTable(fields: readonly Field[], language: Language): string {
  const { head, required } = words[language];
  const requiredFirst = fields.toSorted((a, b) => Number(a.optional) - Number(b.optional));
  return table(
    head,
    requiredFirst.map(({ name, type, optional, doc }) => [
      `\`${name}\``,
      `\`${type}\``,
      `${optional ? '' : required}${inLanguage(doc, language)}`,
    ]),
  );
}

/** A docstring in a language. Those that have no Chinese yet stay English. */
function inLanguage(doc: string, language: Language): string {
  return language === 'en' ? doc : (chineseDocs[doc] ?? doc);
}
