/** Chinese sentences of `sampan doctor`; see `messages-zh.ts`. */
export const doctor: Readonly<Record<string, string>> = {
  '{} is not reached': '连接不到 {0}',
  'check --endpoint, SAMPAN_ENDPOINT or the profile; a service of your own starts with sampan serve':
    '检查 --endpoint、SAMPAN_ENDPOINT 或配置；自己的服务用 sampan serve 启动',
  '{} is reached in {} ms, region {}': '{0} 在 {1} 毫秒内连通，地域 {2}',
  'the service does not tell its time': '服务没有给出时间',
  "the clock agrees with the service's": '时钟与服务一致',
  "this clock is {} ahead of the service's": '本机时钟比服务快 {0}',
  "this clock is {} behind the service's": '本机时钟比服务慢 {0}',
  'set the clock of this machine; signatures that are 15 minutes off are refused':
    '校准本机时钟；相差 15 分钟的签名会被拒绝',
  'the keys {} from {} are good: {} buckets': '密钥 {0}（来自 {1}）可用：{2} 个存储桶',
  'the keys {} from {} are known; they may not list buckets': '密钥 {0}（来自 {1}）有效；但不能列出存储桶',
  'the keys {} from {} are refused: {}': '密钥 {0}（来自 {1}）被拒绝：{2}',
  'get a key pair in the console of Tencent Cloud (CAM, API keys), or from credentials.json of a local service; then: sampan login':
    '在腾讯云控制台（访问管理，API 密钥）取得密钥，或用本地服务的 credentials.json；然后执行 sampan login',
  'the bucket {} is in {}': '存储桶 {0} 在 {1}',
  'the bucket {} is not in {}, but in {}': '存储桶 {0} 不在 {1}，而在 {2}',
  'say --region {}, or put it into the profile': '请给出 --region {0}，或写入配置',
  'there is no bucket {} in {}': '{1} 没有存储桶 {0}',
  'check its name and region with sampan ls -l, or make it: sampan mb cos://{}':
    '用 sampan ls -l 检查名称和地域，或创建：sampan mb cos://{0}',
  'may {}': '可以 {0}',
  'may not {}': '不可以 {0}',
  'allow name/cos:{} for {}/{}* in the policy of these keys':
    '在这些密钥的策略中为 {1}/{2}* 允许 name/cos:{0}',
  'add a rule: sampan cors cos://{} --allow {}': '添加规则：sampan cors cos://{0} --allow {1}',
  'pages of {} may {}': '{0} 的网页可以 {1}',
  'pages of {} may not {}': '{0} 的网页不可以 {1}',
  'pages see the headers that prove an upload': '网页能看到证明上传所需的头',
  'pages do not see {}, so that uploads are proven by their parts only':
    '网页看不到 {0}，因此只能按分块证明上传',
  'a mini program reaches only https and names of a domain, not {}//{}':
    '小程序只能访问 https 和域名，不能访问 {0}//{1}',
  'in the developer tools switch off "check valid domains" while you develop; for users serve with --tls-cert under a domain':
    '开发时在开发者工具中勾选“不校验合法域名”；正式使用请用域名和 --tls-cert 提供服务',
  'enter https://{} at mp.weixin.qq.com, Development, Server domains, as:':
    '在 mp.weixin.qq.com 的 开发管理、服务器域名 中填写 https://{0}：',
};
