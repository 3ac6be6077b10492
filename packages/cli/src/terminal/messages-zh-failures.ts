/** Chinese sentences about failures and what to do; see `messages-zh.ts`. */
export const failures: Readonly<Record<string, string>> = {
  'request id': '请求 ID',
  "set this machine's clock; sampan doctor shows the difference": '请校准本机时钟；sampan doctor 会显示差值',
  'the temporary keys are over or not valid: get new ones': '临时密钥已过期或无效：请取得新的',
  'check the SecretId and the SecretKey; sampan doctor tries them':
    '检查 SecretId 和 SecretKey；sampan doctor 可以试用',
  'these keys have no permission for it; sampan doctor shows what they may do':
    '这些密钥没有此权限；sampan doctor 会显示它们的权限',
  'looked for {}; sampan ls shows the buckets and their regions, sampan mb makes one':
    '查找的是 {0}；sampan ls 显示存储桶及地域，sampan mb 创建',
  'sampan rb --force deletes what is in it first': 'sampan rb --force 会先删除其中的内容',
  'an archived object is readable some hours after: sampan restore':
    '归档对象要等几小时才可读：sampan restore',
  "the service's disk is full: free space there": '服务的磁盘已满：请在那里腾出空间',
  'the service is busy: try --parallel 1, or later': '服务繁忙：请用 --parallel 1 或稍后再试',
  'the service': '服务',
  'no answer from {} ({})': '{0} 没有回应（{1}）',
  'is the service running? Start it with: sampan serve': '服务在运行吗？用以下命令启动：sampan serve',
  'the name has no address: check --endpoint or --region, and the network':
    '域名没有地址：检查 --endpoint 或 --region，以及网络',
  'the network does not reach it: check the address, a proxy or a firewall':
    '网络不通：检查地址、代理或防火墙',
  'the connection was cut; the same command tries again': '连接被切断；再次执行同一命令即可重试',
  'it does not speak https: does it speak http?': '它不使用 https：是不是 http？',
  'its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS':
    '证书不受信任：用 NODE_EXTRA_CA_CERTS 给出颁发者',
  'its certificate is not valid for it': '证书对它无效',
  'no such file or folder': '没有此文件或文件夹',
  'permission denied': '没有权限',
  'is a folder': '是文件夹',
  'is no folder': '不是文件夹',
  'too many symbolic links': '符号链接太多',
  'the name is too long': '名称太长',
  'the disk is full': '磁盘已满',
  'the quota of the disk is used up': '磁盘配额已用完',
  'the disk is read-only': '磁盘只读',
  'is there already': '已经存在',
  'is used by another program': '正被其他程序使用',
  'the system does not accept this name': '系统不接受此名称',
  'too many open files': '打开的文件太多',
  '{} must be NAME{}VALUE, got {}': '{0} 必须是 名称{1}值，收到 {2}',
  '{} must be a size from {} to {} bytes such as 8M, got {}':
    '{0} 必须是 {1} 到 {2} 字节的大小，例如 8M，收到 {3}',
  '{} must be {} to {}, got {}': '{0} 必须是 {1} 到 {2}，收到 {3}',
  '{} must be one of {}, got {}': '{0} 必须是 {1} 之一，收到 {2}',
  done: '完成',
};
