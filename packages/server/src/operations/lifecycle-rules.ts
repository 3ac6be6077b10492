/** What a lifecycle document may say. Source: https://cloud.tencent.com/document/product/436/8280 */
import { fault, maxObjectTags, type Input, type Operations } from '@sampan/protocol';

type Rule = Input<Operations['putBucketLifecycle'], never>['Rule'][number];

const maxDays = 3650;
const maxIdChars = 255;
const targets: ReadonlySet<string> = new Set([
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ARCHIVE',
  'DEEP_ARCHIVE',
  'MAZ_STANDARD_IA',
  'MAZ_INTELLIGENT_TIERING',
  'MAZ_ARCHIVE',
]);

/**
 * Throws `MalformedXML` or `InvalidArgument` for rules that cannot be carried out, and gives them with the names of storage
 * classes in upper case: the vendor's suites write `Standard_IA`, as headers may.
 */
export function checkedLifecycle(rules: readonly Rule[]): Rule[] {
  const settled = rules.map((rule) => ({
    ...rule,
    Transition: rule.Transition.map(inUpperCase),
    NoncurrentVersionTransition: rule.NoncurrentVersionTransition.map(inUpperCase),
  }));
  checkLifecycle(settled);
  return settled;
}

function inUpperCase<T extends { readonly StorageClass: string }>(transition: T): T {
  return { ...transition, StorageClass: transition.StorageClass.trim().toUpperCase() };
}

function checkLifecycle(rules: readonly Rule[]): void {
  const ids = rules.flatMap(({ ID }) => (ID === undefined ? [] : [ID]));
  if (new Set(ids).size < ids.length)
    throw fault('InvalidArgument', { Message: 'Two rules have the same ID.' });
  rules.forEach(checkRule);
}

function checkRule(rule: Rule): void {
  if ((rule.ID?.length ?? 0) > maxIdChars) throw invalid(`An ID has at most ${maxIdChars} characters.`);
  const tags = [...(rule.Filter?.Tag ?? []), ...(rule.Filter?.And?.Tag ?? [])];
  if (tags.length > maxObjectTags) throw invalid(`A filter has at most ${maxObjectTags} tags.`);

  const { Expiration, AbortIncompleteMultipartUpload: abort, NoncurrentVersionExpiration: noncurrent } = rule;
  const actions =
    rule.Transition.length +
    rule.NoncurrentVersionTransition.length +
    [Expiration, abort, noncurrent].filter((action) => action !== undefined).length;
  if (actions === 0) throw fault('MalformedXML', { Message: 'A rule has at least one action.' });

  if (Expiration) checkExpiration(Expiration);
  if (abort) checkDays(abort.DaysAfterInitiation, 1);
  if (noncurrent) checkDays(noncurrent.NoncurrentDays, 1);
  for (const { StorageClass, Days, Date } of rule.Transition) {
    checkTarget(StorageClass);
    if ((Days === undefined) === (Date === undefined)) throw fault('MalformedXML');
    if (Days !== undefined) checkDays(Days, 0);
  }
  for (const { StorageClass, NoncurrentDays } of rule.NoncurrentVersionTransition) {
    checkTarget(StorageClass);
    checkDays(NoncurrentDays, 0);
  }
}

function checkExpiration({
  Days,
  Date: date,
  ExpiredObjectDeleteMarker: marker,
}: NonNullable<Rule['Expiration']>) {
  if ([Days, date, marker].filter((value) => value !== undefined).length !== 1)
    throw fault('MalformedXML', { Message: 'Expiration has Days, Date or ExpiredObjectDeleteMarker.' });
  if (Days !== undefined) checkDays(Days, 1);
  if (date !== undefined && Number.isNaN(Date.parse(date))) throw fault('MalformedXML');
}

function checkDays(days: number, least: number): void {
  if (days < least || days > maxDays) throw invalid(`Days must be ${least} to ${maxDays}.`);
}

function checkTarget(storageClass: string): void {
  if (!targets.has(storageClass)) throw invalid('Objects cannot be moved to this storage class.');
}

function invalid(Message: string) {
  return fault('InvalidArgument', { Message });
}
