/** Chinese sentences of the commands that work on a data folder; see `messages-zh.ts`. */
export const dataFolder: Readonly<Record<string, string>> = {
  'prove every stored byte of a data folder': '校验数据目录中存储的每个字节',
  "Read every byte of a service's data folder and compare it with its sums, also while the service runs. Nothing is changed, except that blobs of old releases are given sums. When it is stopped, the next run goes on there. The exit status is 1 when something is damaged.":
    '读取服务数据目录中的每个字节并与其校验和比较，服务运行时也可以。除了为旧版本的数据块补上校验和之外不做任何修改。中途停止后，下次从停止处继续。发现损坏时退出状态为 1。',
  'folder of a local service (SAMPAN_DATA; default {})': '本地服务的数据目录（SAMPAN_DATA；默认 {0}）',
  'read at most so many bytes a second': '每秒最多读取的字节数',
  '{} objects and {} blobs read, {} damaged': '已读取 {0} 个对象和 {1} 个数据块，{2} 处损坏',
  'stopped early; the next run goes on there': '已提前停止；下次从停止处继续',
  'copy a data folder while the service runs': '在服务运行时复制数据目录',
  'Copy the data folder of a local service to a new folder, whole as of one moment, also while the service runs. sampan restore-backup makes a data folder of it.':
    '把本地服务的数据目录复制到新目录，内容与某一时刻完全一致，服务运行时也可以。用 sampan restore-backup 可由它得到数据目录。',
  'folder to make; it must be empty or not exist': '要创建的目录；必须为空或不存在',
  'copied the database and {} blobs to {}': '已把数据库和 {0} 个数据块复制到 {1}',
  'check that the halves of a data folder fit together': '检查数据目录的两部分是否一致',
  'Check that every run of bytes that the database names has its blob, every blob its references, and that counts and lengths are right, also while the service runs. Bytes are not read: that is what sampan scrub does. The exit status is 1 when something is wrong.':
    '检查数据库引用的每段字节都有数据块、每个数据块都有引用，以及计数和长度是否正确，服务运行时也可以。不读取字节内容，那是 sampan scrub 的工作。发现问题时退出状态为 1。',
  'move to lost/ what nothing names, and put counts right; nothing is deleted; the service must be stopped':
    '把无引用的内容移到 lost/，并更正计数；不删除任何内容；必须先停止服务',
  '{} blobs are named, {} findings': '{0} 个数据块有引用，{1} 处问题',
  '{} moved to lost/': '已移到 lost/：{0} 项',
  'make a data folder of a backup': '由备份得到数据目录',
  'Copy a backup that sampan backup made to a new data folder and check it as sampan fsck does. The backup stays as it is. The exit status is 1 when something is wrong with it.':
    '把 sampan backup 生成的备份复制到新的数据目录，并像 sampan fsck 一样检查它。备份保持不变。备份有问题时退出状态为 1。',
  'folder that sampan backup made': 'sampan backup 生成的目录',
  'folder to make; it must be empty or not exist (SAMPAN_DATA; default {})':
    '要创建的目录；必须为空或不存在（SAMPAN_DATA；默认 {0}）',
  'restored the database and {} blobs to {}': '已把数据库和 {0} 个数据块恢复到 {1}',
  'move a data folder into PostgreSQL and an S3-compatible store':
    '把数据目录迁移到 PostgreSQL 和兼容 S3 的存储',
  'Copy the store of a data folder into PostgreSQL and an S3-compatible store, or back. While a service uses the store, its bytes are copied; stop the service and run the same command again to finish. A run that was ended goes on where it was. Every object is compared with its CRC-64 at the end.':
    '把数据目录中的存储复制到 PostgreSQL 和兼容 S3 的存储，或反向复制。服务仍在使用时先复制数据块；停止服务后再次运行同一命令即可完成。中断后再次运行会从停止处继续。最后逐个对象比对 CRC-64。',
  '{} must be an address such as {}': '{0} 必须是 {1} 这样的地址',
  'PostgreSQL, as in sampan serve': 'PostgreSQL 地址，与 sampan serve 相同',
  'S3-compatible store, as in sampan serve': '兼容 S3 的存储地址，与 sampan serve 相同',
  'from there into the data folder, which must have no store yet':
    '从那里迁移到数据目录，该目录中不能已有存储',
  'copied {} blobs': '已复制 {0} 个数据块',
  'a service still uses the store: stop it and run the same command again':
    '仍有服务在使用该存储：请停止服务后再次运行同一命令',
  'the last step took {} ms; a service may start on the new stores now':
    '最后一步用时 {0} 毫秒；现在可以在新存储上启动服务',
  '{} objects compared with their CRC-64, {} damaged': '已比对 {0} 个对象的 CRC-64，{1} 个损坏',
};
