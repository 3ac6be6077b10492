/** Codes of errors that the SDK itself makes. A test compares the list with the sources. */

/** One code, with what it means and what helps, in both languages. */
export interface SdkCode {
  readonly code: string;
  readonly kind: string;
  readonly english: string;
  readonly chinese: string;
}

const row = (code: string, kind: string, english: string, chinese: string): SdkCode => ({
  code,
  kind,
  english,
  chinese,
});

/** The codes, by the class of the error. */
export const sdkCodes: readonly SdkCode[] = [
  row(
    'InvalidUsage',
    'UsageError',
    'An option or parameter is wrong; the message names it. Nothing was sent.',
    '选项或参数有误，错误信息会指出是哪一个。没有发送任何请求。',
  ),
  row(
    'CredentialsFailed',
    'UsageError',
    '`getAuthorization` threw or gave an Error, which is `err.cause`.',
    '`getAuthorization` 抛出或给出了错误，原因在 `err.cause`。',
  ),
  row(
    'InvalidCredentials',
    'UsageError',
    'What `getAuthorization` gave lacks a field, or is no signature; the message names it.',
    '`getAuthorization` 给出的内容缺少字段，或不是签名，错误信息会指出。',
  ),
  row(
    'FileUnreadable',
    'UsageError, IntegrityError',
    'The file or stream cannot be read: check the path, or choose the file again.',
    '文件或流读不了：检查路径，或重新选择文件。',
  ),
  row('EISDIR', 'UsageError', 'Node: `FilePath` is a folder.', 'Node：`FilePath` 是目录。'),
  row(
    'FileTooLarge',
    'UsageError',
    'The host cannot read files of this size; see [other hosts](other-hosts.md).',
    '平台读不了这么大的文件，见[其他平台](other-hosts.md)。',
  ),
  row(
    'EntityTooLarge',
    'UsageError',
    'More bytes than parts of the allowed size and number can hold.',
    '字节数超过分块大小和数量所能容纳的上限。',
  ),
  row(
    'Locked',
    'UsageError',
    'Node: another process downloads into this file.',
    'Node：另一个进程正在下载到这个文件。',
  ),
  row(
    'NetworkError',
    'TransportError',
    'No answer came. On a page it also stands for a refused cross-origin request.',
    '没有收到应答。在网页中也可能是跨域请求被拒。',
  ),
  row(
    'Timeout',
    'TimeoutError',
    'Nothing moved for `Timeout` milliseconds.',
    '在 `Timeout` 毫秒内没有任何进展。',
  ),
  row(
    'CredentialsTimeout',
    'TimeoutError',
    '`getAuthorization` did not answer in time.',
    '`getAuthorization` 没有及时应答。',
  ),
  row(
    'Interrupted',
    'TransportError',
    'The mini program host broke the request off, as in the background.',
    '小程序平台中断了请求，例如切到后台。',
  ),
  row(
    'DomainNotAllowed',
    'TransportError',
    'The host is not on the list of domains of the mini program; the message names it.',
    '域名不在小程序的合法域名列表中，错误信息会指出是哪一个。',
  ),
  row(
    'InvalidUrl',
    'TransportError',
    'The mini program host does not take the address: look at `Domain` and `Protocol`.',
    '小程序平台不接受这个地址：检查 `Domain` 和 `Protocol`。',
  ),
  row(
    'InvalidResponse',
    'TransportError',
    'Something else than the service answered, such as the page of a captive portal.',
    '应答的不是存储服务，例如网络认证页面。',
  ),
  row(
    'MissingUploadId',
    'TransportError',
    'The answer to the beginning of an upload has no UploadId.',
    '开始上传的应答中没有 UploadId。',
  ),
  row(
    'MissingETag',
    'TransportError',
    'The answer has no ETag: on a page, the CORS rules must expose it.',
    '应答中没有 ETag：在网页中，跨域规则必须暴露它。',
  ),
  row(
    'ECONNRESET',
    'TransportError',
    'Node: the connection broke off. Other codes of Node stay as they are, such as `ECONNREFUSED`.',
    'Node：连接中断。Node 的其他错误码保持原样，例如 `ECONNREFUSED`。',
  ),
  row('EPROXY', 'TransportError', 'Node: the proxy refused to connect.', 'Node：代理拒绝连接。'),
  row(
    'HostError',
    'TransportError',
    "The host's storage or file system failed in an unforeseen way; see `err.cause`.",
    '平台的存储或文件系统以意外的方式失败，见 `err.cause`。',
  ),
  row(
    'QueueFull',
    'AbortedError',
    'A paused task fell out of a full queue (`UploadQueueSize`).',
    '暂停的任务被挤出已满的队列（`UploadQueueSize`）。',
  ),
  row('Aborted', 'AbortedError', 'The caller stopped it.', '调用方停止了它。'),
  row(
    'IntegrityMismatch',
    'IntegrityError',
    'The service holds other bytes than those that were sent; the message says what.',
    '服务保存的字节与发送的不同，错误信息会说明。',
  ),
  row(
    'FileChanged',
    'IntegrityError',
    'The file changed while it was read: choose it again.',
    '文件在读取时被修改：请重新选择。',
  ),
  row(
    'Unexpected',
    'TransportError',
    'A fault of this SDK, which is never retried; please report it with `err.cause`.',
    '本 SDK 的缺陷，不会重试；请连同 `err.cause` 一起反馈。',
  ),
];

/** Codes in the sources that no caller sees. */
export const innerCodes: readonly string[] = ['Paused'];
