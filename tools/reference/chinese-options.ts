/** Docstrings of options in Chinese. A docstring that changes has no line here until its Chinese is written anew. */
export const chineseOptions: Readonly<Record<string, string>> = {
  'Key id, permanent or temporary; `secretId` is taken too. White space in it is refused.':
    '永久或临时密钥的 ID，也可以写 `secretId`。含有空白字符时拒绝。',
  'Key of `SecretId`; `secretKey` is taken too. White space in it is refused. It signs and is never sent.':
    '`SecretId` 对应的密钥，也可以写 `secretKey`。含有空白字符时拒绝。只用于签名，不会发送。',
  'Token of temporary keys.': '临时密钥的令牌。',
  'The same as `SecurityToken`.': '与 `SecurityToken` 相同。',
  'Unix seconds from which temporary keys of the constructor are good. Default 0: a second ago.':
    '构造时传入的临时密钥的生效时间，Unix 时间戳（秒）。默认 0，即一秒之前。',
  'Unix seconds until which temporary keys of the constructor are good. Default 0: not known.':
    '构造时传入的临时密钥的失效时间，Unix 时间戳（秒）。默认 0，即未知。',
  'Keys that are read at each call: change the object to change the keys. They win over `SecretId` and `SecretKey`.':
    '每次调用时读取的密钥，修改这个对象即可更换密钥。优先于 `SecretId` 和 `SecretKey`。',
  'Application number that is added to bucket names without one. Better written in `Bucket`.':
    '补在没有 APPID 的桶名之后。最好直接写在 `Bucket` 里。',
  'Fetches keys or signatures: calls back once, or returns a promise. An Error either way, a throw and silence fail the calls that waited. Concurrent calls share one fetch.':
    '获取密钥或签名：调用一次回调，或返回 Promise。给出 Error、抛出异常、一直没有应答，都会使等待它的调用失败。同时进行的调用共用一次获取。',
  'The older form of `getAuthorization`, which receives only Bucket and Region.':
    '`getAuthorization` 的旧形式，只得到 Bucket 和 Region。',
  'Longest wait for `getAuthorization` or `getSTS`, in ms. Default 30000, at least 1. Not in the official SDKs, which wait for ever.':
    '等待 `getAuthorization` 或 `getSTS` 的最长时间，毫秒。默认 30000，至少 1。官方 SDK 没有此项，会一直等待。',
  "Further tries of a part and of completing, after the SDK's own retries. Default 2, at least 0.":
    '分块和完成上传在 SDK 自身重试之外再试的次数。默认 2，至少 0。',
  'Files under way at once. Default 3, at least 1.': '同时上传的文件数。默认 3，至少 1。',
  'Most parts of a file in flight, 1 to 256. Default: between 1 and 6, by what is measured.':
    '一个文件同时上传的分块数上限，1 至 256。默认按测量结果在 1 至 6 之间。',
  'Bytes of a part, 1 MiB to 5 GiB. Default: from 1 MiB up to 8 MiB, by what is measured.':
    '分块的字节数，1 MiB 至 5 GiB。默认按测量结果在 1 MiB 至 8 MiB 之间。',
  'Bytes above which a file is sent in parts, at least 0. Default 1048576. Above 64 MiB parts are used in any case.':
    '超过多少字节就分块上传，至少 0。默认 1048576。超过 64 MiB 时总是分块。',
  'Parts of a copy in flight, 1 to 256. Default 20.': '复制时同时进行的分块数，1 至 256。默认 20。',
  'Bytes of a part of a copy, 1 MiB to 5 GiB. Default 10485760.':
    '复制时分块的字节数，1 MiB 至 5 GiB。默认 10485760。',
  'Bytes above which an object is copied in parts, up to 5 GiB. Default 10485760.':
    '超过多少字节就分块复制，最大 5 GiB。默认 10485760。',
  'Most parts of an object, 1024 to 10000. Default 10000.':
    '一个对象的分块数上限，1024 至 10000。默认 10000。',
  'Least time between progress events, in ms. Default 1000, at least 0.':
    '两次进度事件的最短间隔，毫秒。默认 1000，至少 0。',
  'Tasks that `getTaskList` remembers, finished ones included. Default 10000, at least 1.':
    '`getTaskList` 记住的任务数，包括已结束的。默认 10000，至少 1。',
  'Unfinished uploads that are remembered. Default 500 on Node, 50 elsewhere, at least 1.':
    '记住的未完成上传数。Node 默认 500，其他平台 50，至少 1。',
  "Node: folder for records of unfinished transfers and for locks. Default: `sampan-<user>` below the system's temporary folder, made with mode 0700 when it is first needed.":
    'Node：存放断点记录和锁的目录。默认是系统临时目录下的 `sampan-<user>`，第一次用到时以 0700 权限创建。',
  "Host, a template with `{Bucket}`, `{BucketName}`, `{AppId}` and `{Region}`, or a function of `{ Bucket, Region }`. A scheme may stand in front and a path behind. Default: the bucket's host on COS.":
    '主机名，可以是含 `{Bucket}`、`{BucketName}`、`{AppId}`、`{Region}` 的模板，或以 `{ Bucket, Region }` 为参数的函数。前面可以带协议，后面可以带路径。默认是桶在 COS 上的域名。',
  "Host for `getService`. Default: that of `Domain` without the bucket, else `service.cos.myqcloud.com` or the region's.":
    '`getService` 使用的主机名。默认取 `Domain` 去掉桶的部分，否则是 `service.cos.myqcloud.com` 或地域对应的域名。',
  'Scheme of addresses, with or without a colon. Default https; on a web page that of the page.':
    '地址的协议，可带冒号。默认 https；在网页中与页面相同。',
  'Use the global acceleration host. Default false.': '使用全球加速域名。默认 false。',
  'Do not check the form of Region. Default false.': '不检查 Region 的格式。默认 false。',
  'Refused when true: the service addresses buckets by host name. `Domain` may carry the bucket in its path.':
    '设为 true 时拒绝：COS 用主机名区分桶。`Domain` 的路径里可以带桶名。',
  'Keep one `/` at the beginning of keys. Default false.': '保留对象键开头的一个 `/`。默认 false。',
  'Longest time without progress, in ms, not of the whole request. Default 0, which means 60000. A host that does not report how much it has sent gets a second for every 16 KB more.':
    '没有进展的最长时间，毫秒，不是整个请求的时长。默认 0，即 60000。不报告发送进度的平台，每 16 KB 多给一秒。',
  "Correct a wrong clock by the service's date when the service says that it is wrong, and try again, once per call. Default true.":
    '服务指出时钟不准时，按服务的时间修正并重试，每次调用一次。默认 true。',
  'Added to the clock for signatures, in ms. Default 0.': '签名时加到时钟上的偏移，毫秒。默认 0。',
  'Send Content-MD5 with every body. Default false; CRC-64 is compared in any case.':
    '每个请求体都带上 Content-MD5。默认 false；CRC-64 总会比较。',
  'Store the MD5 of a file as `x-cos-meta-md5`; the file is read once more for it. Default false.':
    '把文件的 MD5 存为 `x-cos-meta-md5`，为此要多读一遍文件。默认 false。',
  'Sign the Host header. Default true; without it a signature is good for any bucket of the account.':
    '签名包含 Host 头。默认 true；否则签名对该账号的任何桶都有效。',
  "Try `tencentcos.cn` when `myqcloud.com` does not answer, for the service's own bucket hosts only. Default true on web and Node, false in mini programs.":
    '`myqcloud.com` 没有应答时改用 `tencentcos.cn`，只对 COS 自己的桶域名。网页和 Node 默认 true，小程序默认 false。',
  'How `uploadFile` sends small files. Default `postObject` on WeChat, else `putObject`.':
    '`uploadFile` 怎样上传小文件。微信默认 `postObject`，其他平台 `putObject`。',
  'Refuse keys such as `a/..` in `getObject`, which resolve to the bucket itself. Default true.':
    '`getObject` 拒绝 `a/..` 这类会指向桶本身的键。默认 true。',
  'Reads a `CopySource` that is not an address of the service.': '解析不是 COS 地址的 `CopySource`。',
  'Stop requests while the app is in the background. Default true. Not in the official SDKs.':
    '应用在后台时停止请求。默认 true。官方 SDK 没有此项。',
  'Wait for the network instead of failing. Default true. Not in the official SDKs.':
    '断网时等待而不是失败。默认 true。官方 SDK 没有此项。',
  'Leave the parts of a cancelled upload on the service. Default false. Not in the official SDKs.':
    '取消上传后把分块留在服务上。默认 false。官方 SDK 没有此项。',
  'Look for unfinished uploads on the service when none is remembered. Default false. Not in the official SDKs.':
    '没有断点记录时到服务上查找未完成的上传。默认 false。官方 SDK 没有此项。',
  'Node: `http://[user:password@]host:port`. Plain requests go to it in absolute form, https by CONNECT.':
    'Node：`http://[user:password@]host:port`。HTTP 请求以完整地址发给它，HTTPS 用 CONNECT。',
  'Node: CONNECT for plain requests too (`true`), or absolute form even for https (`false`). Default: CONNECT for https alone.':
    'Node：HTTP 请求也用 CONNECT（`true`），或 HTTPS 也用完整地址（`false`）。默认只有 HTTPS 用 CONNECT。',
  'Node: connect to this IP address instead of resolving the host name.':
    'Node：直接连接这个 IP，不解析主机名。',
  'Node: check certificates. Default true.': 'Node：校验证书。默认 true。',
  'Node: use connections again. Default true.': 'Node：复用连接。默认 true。',
  'Node: follow redirects of reads; the signature goes to no other host. Default false.':
    'Node：读取时跟随重定向，签名不会发给其他主机。默认 false。',
  'Node: value of the User-Agent header.': 'Node：User-Agent 头的值。',
  'WeChat: id of the provider of HttpDNS.': '微信：HttpDNS 服务商的 id。',
  "Mini programs: the object with the host's API. Default: its global; Taro has none and must be given.":
    '小程序：提供平台接口的对象。默认是平台的全局对象；Taro 没有，必须传入。',
};
