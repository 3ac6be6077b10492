/** The tables of the guide that come from declarations and tables of the code: options and error codes. */
import { errorCodes, type ErrorCode } from '../../packages/protocol/src/error-codes.ts';
import { chineseErrors } from './chinese-errors.ts';
import { chineseOptions } from './chinese-options.ts';
import type { Field } from './declarations.ts';
import { sdkCodes } from './sdk-codes.ts';

export type Language = 'en' | 'zh';

/** Options by what they are about. Each stands in one group. */
export const optionGroups: Readonly<Record<string, readonly string[]>> = {
  keys: [
    ...[
      'SecretId',
      'SecretKey',
      'SecurityToken',
      'XCosSecurityToken',
      'StartTime',
      'ExpiredTime',
      'Credentials',
    ],
    ...[
      'getAuthorization',
      'getSTS',
      'CredentialsTimeout',
      'ForceSignHost',
      'CorrectClockSkew',
      'SystemClockOffset',
    ],
  ],
  address: [
    ...[
      'Domain',
      'ServiceDomain',
      'Protocol',
      'UseAccelerate',
      'AutoSwitchHost',
      'ForcePathStyle',
      'CompatibilityMode',
    ],
    ...['UseRawKey', 'AppId', 'ObjectKeySimplifyCheck', 'CopySourceParser'],
  ],
  transfer: [
    ...['Timeout', 'FileParallelLimit', 'ChunkParallelLimit', 'ChunkSize', 'SliceSize', 'ChunkRetryTimes'],
    ...['MaxPartNumber', 'CopyChunkParallelLimit', 'CopyChunkSize', 'CopySliceSize', 'ProgressInterval'],
    ...[
      'UploadQueueSize',
      'UploadIdCacheLimit',
      'UploadCheckContentMd5',
      'UploadAddMetaMd5',
      'SimpleUploadMethod',
    ],
    ...['PauseInBackground', 'WaitForNetwork', 'KeepParts', 'DiscoverUploads'],
  ],
  host: [
    ...['Proxy', 'Tunnel', 'Ip', 'StrictSsl', 'KeepAlive', 'FollowRedirect', 'UserAgent', 'ConfCwd', 'Host'],
    'HttpDNSServiceId',
  ],
};

const heads = {
  en: { option: 'Option', type: 'Type', meaning: 'Meaning', code: 'Code', status: 'Status', kind: 'Class' },
  zh: { option: '选项', type: '类型', meaning: '含义', code: '错误码', status: '状态码', kind: '类' },
} as const;

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The tables by the names that pages call them by. */
export function guideTables(options: readonly Field[], language: Language): Readonly<Record<string, string>> {
  const head = heads[language];
  const tables: Record<string, string> = {};
  for (const [group, names] of Object.entries(optionGroups))
    tables[`options ${group}`] = table(
      [head.option, head.type, head.meaning],
      names.map((name) => {
        const option = options.find((each) => each.name === name);
        if (!option) throw new Error(`${name} is no option`);
        return [`\`${name}\``, `\`${shortType(option.type)}\``, meaningOf(option.doc, language)];
      }),
    );
  tables['errors sdk'] = table(
    [head.code, head.kind, head.meaning],
    sdkCodes.map(({ code, kind, english, chinese }) => [
      `\`${code}\``,
      kind
        .split(', ')
        .map((each) => `\`${each}\``)
        .join(', '),
      language === 'en' ? english : chinese,
    ]),
  );
  tables['errors service'] = table(
    [head.code, head.status, head.meaning],
    (Object.keys(errorCodes) as ErrorCode[]).map((code) => {
      const { status, message } = errorCodes[code];
      return [`\`${code}\``, String(status), language === 'en' ? message : chineseErrors[code]];
    }),
  );
  return tables;
}

/** Puts the tables between the marks `<!-- table: NAME -->` and `<!-- end -->` of a page. */
export function fillTables(page: string, tables: Readonly<Record<string, string>>): string {
  return page.replace(
    /(<!-- table: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_whole, begin: string, name: string, end: string) => {
      const filled = tables[name];
      if (filled === undefined) throw new Error(`no table is called ${name}`);
      return `${begin}\n${filled}\n\n${end}`;
    },
  );
}

function meaningOf(doc: string, language: Language): string {
  if (language === 'en') return doc;
  const chinese = chineseOptions[doc];
  if (chinese === undefined) throw new Error(`chinese-options.ts has no line for: ${doc}`);
  return chinese;
}

/** Signatures of callbacks are in the text below the tables. */
function shortType(type: string): string {
  return type
    .replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)\s*=>\s*[\w<>, ]+/g, 'function')
    .replace(/\((function)\)/g, '$1')
    .replace(/null \| CopySourceParserFunction/, 'function');
}
