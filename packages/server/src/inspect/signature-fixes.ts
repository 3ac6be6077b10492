/** What to say of each mistake in signing, and what to do. */
import type { Words } from './entry.ts';
import { say } from './say.ts';

interface Advice {
  /** Of mistakes that are found by a hypothesis; others have a summary of their own. */
  readonly summary?: (facts: Readonly<Record<string, string>>) => Words;
  readonly fix: Words;
}

const useSdk = say(
  'Let an SDK sign, or sign as https://cloud.tencent.com/document/product/436/7778 says.',
  '使用 SDK 签名，或按 https://cloud.tencent.com/document/product/436/7778 签名。',
);

const shown = (text: string | undefined) => JSON.stringify(text ?? '');

/** By cause. */
export const fixes: Readonly<Record<string, Advice>> = {
  'signature-host-differs': {
    summary: ({ signed, sent }) =>
      say(
        `It is signed for the host ${shown(signed)}, and was sent with the host ${shown(sent)}.`,
        `签名使用的主机名是 ${shown(signed)}，而请求的主机名是 ${shown(sent)}。`,
      ),
    fix: say(
      'Sign the host that is sent, port included; a proxy on the way must keep Host as it is.',
      '对实际发送的主机名（含端口）签名；途中的代理必须保留 Host。',
    ),
  },
  'signature-path-encoded': {
    summary: ({ signed, wanted }) =>
      say(
        `It is signed over the percent-encoded path ${shown(signed)}; the decoded one is ${shown(wanted)}.`,
        `签名使用了百分号编码后的路径 ${shown(signed)}；解码后的路径是 ${shown(wanted)}。`,
      ),
    fix: say(
      'Sign the decoded path, and encode it once when it is sent.',
      '对解码后的路径签名，发送时只编码一次。',
    ),
  },
  'signature-path-encoded-twice': {
    summary: ({ signed, wanted }) =>
      say(
        `The path was encoded twice on its way: ${shown(signed)} is signed, and ${shown(wanted)} arrived.`,
        `路径在发送时被编码了两次：签名使用 ${shown(signed)}，到达的是 ${shown(wanted)}。`,
      ),
    fix: say('Encode the path once.', '路径只编码一次。'),
  },
  'signature-path-without-bucket': {
    summary: ({ signed, wanted }) =>
      say(
        `It is signed over ${shown(signed)}, without the bucket that the path ${shown(wanted)} begins with.`,
        `签名使用 ${shown(signed)}，缺少路径 ${shown(wanted)} 开头的存储桶。`,
      ),
    fix: say(
      'Sign the whole path, bucket included, or put the bucket into the host.',
      '对包含存储桶的完整路径签名，或将存储桶放入主机名。',
    ),
  },
  'signature-path-with-bucket': {
    summary: ({ signed, wanted }) =>
      say(
        `It is signed over ${shown(signed)}; the bucket is in the host, so the path is ${shown(wanted)}.`,
        `签名使用 ${shown(signed)}；存储桶在主机名中，因此路径是 ${shown(wanted)}。`,
      ),
    fix: say('Sign the path without the bucket.', '对不含存储桶的路径签名。'),
  },
  'signature-path-differs': {
    summary: ({ signed, wanted }) =>
      say(
        `It is signed over the path ${shown(signed)}, and ${shown(wanted)} arrived.`,
        `签名使用的路径是 ${shown(signed)}，到达的是 ${shown(wanted)}。`,
      ),
    fix: say(
      'Sign the path that is sent; a proxy on the way must keep it as it is.',
      '对实际发送的路径签名；途中的代理必须保留路径。',
    ),
  },
  'signature-path-with-query': {
    summary: () => say('It is signed over path and query in one.', '签名把路径和查询串合在了一起。'),
    fix: say('Sign the path alone; parameters have a line of their own.', '仅对路径签名；参数单独一行。'),
  },
  'signature-method-differs': {
    summary: ({ signed, sent }) =>
      say(
        `It is signed for ${signed ?? ''}, and was sent with ${sent ?? ''}.`,
        `签名使用的方法是 ${signed ?? ''}，而请求的方法是 ${sent ?? ''}。`,
      ),
    fix: say(
      'Sign the method that is sent. An address that is signed for GET is not one for HEAD or PUT.',
      '对实际发送的方法签名。为 GET 签名的地址不能用于 HEAD 或 PUT。',
    ),
  },
  'signature-method-case': {
    summary: () => say('The method is signed in capital letters.', '签名中的方法使用了大写字母。'),
    fix: say('Sign the method in lower case.', '方法使用小写字母签名。'),
  },
  'signature-query-order': {
    summary: () => say('The parameters are signed in another order.', '签名中参数的顺序不对。'),
    fix: say('Sort parameters by their names in lower case.', '按小写的参数名排序。'),
  },
  'signature-query-case': {
    summary: () =>
      say('Names of parameters are signed in their own case.', '签名中的参数名保留了原有大小写。'),
    fix: say('Write names of parameters in lower case when signing.', '签名时参数名使用小写。'),
  },
  'signature-header-order': {
    summary: () => say('The headers are signed in another order.', '签名中头部的顺序不对。'),
    fix: say('Sort headers by their names in lower case.', '按小写的头部名排序。'),
  },
  'signature-param-list': {
    summary: ({ unlisted, listedUnsigned }) =>
      unlisted === undefined
        ? say(
            `q-url-param-list names ${listedUnsigned ?? ''}, which is not signed.`,
            `q-url-param-list 中有 ${listedUnsigned ?? ''}，但没有参与签名。`,
          )
        : say(
            `The parameter ${unlisted} is signed, and q-url-param-list does not name it.`,
            `参数 ${unlisted} 参与了签名，但 q-url-param-list 中没有。`,
          ),
    fix: say(
      'Name in q-url-param-list exactly what is signed.',
      'q-url-param-list 必须与参与签名的参数一致。',
    ),
  },
  'signature-header-list': {
    summary: ({ unlisted, listedUnsigned }) =>
      unlisted === undefined
        ? say(
            `q-header-list names ${listedUnsigned ?? ''}, which is not signed.`,
            `q-header-list 中有 ${listedUnsigned ?? ''}，但没有参与签名。`,
          )
        : say(
            `The header ${unlisted} is signed, and q-header-list does not name it.`,
            `头部 ${unlisted} 参与了签名，但 q-header-list 中没有。`,
          ),
    fix: say('Name in q-header-list exactly what is signed.', 'q-header-list 必须与参与签名的头部一致。'),
  },
  'signature-header-changed': {
    summary: ({ header, signed, sent }) =>
      say(
        `The header ${header ?? ''} is signed as ${shown(signed)}, and arrived as ${shown(sent)}.`,
        `头部 ${header ?? ''} 签名时是 ${shown(signed)}，到达时是 ${shown(sent)}。`,
      ),
    fix: say(
      'Send the header as it is signed; do not sign what a browser or proxy changes.',
      '按签名时的值发送头部；不要对浏览器或代理会修改的头部签名。',
    ),
  },
  'signature-value-encoding': {
    summary: ({ wanted }) =>
      say(
        `Names or values are written in another way when signing: ${wanted ?? ''}.`,
        `签名时名称或值的写法不对：${wanted ?? ''}。`,
      ),
    fix: useSdk,
  },
  'signature-canonical-form': {
    summary: ({ wanted }) =>
      say(
        `The text that is signed has another form: ${wanted ?? ''}.`,
        `签名文本的格式不对：${wanted ?? ''}。`,
      ),
    fix: useSdk,
  },
  'signature-malformed': { fix: useSdk },
  'signature-sign-key': { fix: useSdk },
  'signature-case': { fix: say('Write it in lower case.', '使用小写字母。') },
  'signature-other-protocol': {
    fix: say(
      'Use an SDK of COS; clients of other stores sign in another way.',
      '使用 COS 的 SDK；其他存储的客户端签名方式不同。',
    ),
  },
  'signature-time-in-milliseconds': {
    fix: say('Divide the times by 1000.', '将时间除以 1000。'),
  },
  'signature-time-senseless': {
    fix: say(
      'Let the time end after its start, and within twenty years.',
      '结束时间须晚于开始时间，且不超过二十年。',
    ),
  },
  'signature-clock-ahead': {
    fix: say(
      'Set the clock of the client, or let its SDK correct the time by the answers.',
      '校准客户端时钟，或启用 SDK 的时间校正。',
    ),
  },
  'signature-clock-behind': {
    fix: say(
      'Set the clock of the client, or let its SDK correct the time by the answers.',
      '校准客户端时钟，或启用 SDK 的时间校正。',
    ),
  },
  'signature-expired': {
    fix: say('Sign again, for longer where it must last.', '重新签名；需要时延长有效期。'),
  },
  'signature-token-expired': { fix: say('Get new temporary keys.', '获取新的临时密钥。') },
  'signature-token-with-permanent-key': {
    fix: say(
      'Leave the token out, or use the temporary key that it belongs to.',
      '去掉 token，或使用其对应的临时密钥。',
    ),
  },
  'signature-token-of-another-key': {
    fix: say(
      'Take SecretId, SecretKey and token from one answer of STS.',
      '从同一次 STS 响应中取 SecretId、SecretKey 和 token。',
    ),
  },
  'signature-token-unknown': {
    fix: say('Send the whole token as STS gave it.', '完整发送 STS 返回的 token。'),
  },
  'signature-token-missing': {
    fix: say('Send the token of the temporary key with each request.', '每个请求都携带临时密钥的 token。'),
  },
  'signature-keys-swapped': { fix: say('Exchange the two.', '将两者对调。') },
  'signature-unknown-key-id': {
    fix: say('Use a key pair of this service.', '使用本服务的密钥对。'),
  },
  'signature-wrong-secret-key': {
    fix: say('Use SecretId and SecretKey of one pair.', '使用同一对 SecretId 和 SecretKey。'),
  },
  'signature-secret-key-untrimmed': {
    fix: say('Remove what is around the SecretKey.', '去掉 SecretKey 前后的字符。'),
  },
  'signature-covers-too-little': {
    fix: say('Add what is missing to what is signed.', '将缺少的内容加入签名。'),
  },
  'signature-header-missing': {
    fix: say('Send the header, or do not sign it.', '发送该头部，或不对其签名。'),
  },
  'signature-parameter-missing': {
    fix: say('Send the parameter, or do not sign it.', '发送该参数，或不对其签名。'),
  },
  'signature-covered-part-changed': {
    fix: say(
      'Send what is signed as it was signed; do not sign what a browser or proxy changes.',
      '按签名时的内容发送；不要对浏览器或代理会修改的内容签名。',
    ),
  },
};
