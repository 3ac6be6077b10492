/** Rules of a bucket that refuse requests beside its policy: which pages may link to it, and what signatures must cover. */
import { operations, type OperationName } from '@sampan/protocol';
import { refuseReferer } from '../access/referer.ts';
import { enforceStrictSignature } from '../access/strict-signature.ts';
import { carriedSignature } from '../access/verify.ts';
import type { Explanation, Words } from './entry.ts';
import { refuses } from './refuses.ts';
import { say } from './say.ts';
import type { Evidence } from './trace.ts';

export function explainReferer({ bucket, headers, identity }: Evidence): Explanation<Words> | undefined {
  if (identity?.kind !== 'anonymous' || !bucket) return undefined;
  const { referer } = headers;
  if (!refuses(() => refuseReferer(bucket.configs['referer'], referer))) return undefined;
  return {
    cause: 'referer-not-allowed',
    summary:
      referer === undefined
        ? say(
            'The referer rules of the bucket refuse requests without a Referer.',
            '存储桶的防盗链规则拒绝没有 Referer 的请求。',
          )
        : say(
            `The referer rules of the bucket refuse the page ${referer}.`,
            `存储桶的防盗链规则拒绝页面 ${referer}。`,
          ),
    details: { referer, rules: bucket.configs['referer'] },
    fix: {
      sentence: say(
        'Sign the request, or change the rules with PUT Bucket referer.',
        '对请求签名，或用 PUT Bucket referer 修改规则。',
      ),
    },
  };
}

export function explainStrictSignature({
  bucket,
  headers,
  address,
  operation,
}: Evidence): Explanation<Words> | undefined {
  if (!address) return undefined;
  const parsed = carriedSignature({ headers, query: address.query });
  const row = Object.hasOwn(operations, operation) ? operations[operation as OperationName] : undefined;
  if (!parsed?.ok || !bucket || !row) return undefined;
  const { signature } = parsed;
  const config = bucket.configs['strict-signature'];
  const content = { headers, query: address.query };
  if (!refuses(() => enforceStrictSignature(config, row.action, signature, content))) return undefined;
  return {
    cause: 'strict-signature',
    summary: say(
      'The bucket demands that the signature covers more of the request than it does.',
      '存储桶要求签名覆盖的内容多于当前签名。',
    ),
    details: { covered: { headers: signature.headerList, parameters: signature.paramList }, rules: config },
    fix: {
      sentence: say(
        'Add the headers and parameters that the rules name to what is signed.',
        '将规则要求的头部和参数加入签名。',
      ),
    },
  };
}
