/** The name of an object as the source of a copy. */
export function copySource(
  { Bucket, Region, Key }: { Bucket: string; Region: string; Key: string },
  versionId?: string,
): string {
  const key = Key.split('/').map(encodeURIComponent).join('/');
  const version = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  return `${Bucket}.cos.${Region}.myqcloud.com/${key}${version}`;
}
