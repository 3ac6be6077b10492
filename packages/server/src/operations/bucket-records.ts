/** Handlers of the documents of a bucket that are checked, kept and given back, and change nothing else. */
import { fault, maxCustomDomains, maxLifecycleRules } from '@sampan/protocol';
import { bucketOf, type Call } from './call.ts';
import { gives, refuseCount, removes, stores } from './document.ts';

export const putBucketEncryption = stores<'putBucketEncryption'>('encryption', ({ Rule }) => {
  refuseCount(Rule.length, 1);
  return {
    Rule: Rule.map(
      ({ ApplyServerSideEncryptionByDefault: byDefault, ApplySideEncryptionConfiguration: other }) => {
        const chosen = byDefault ?? other;
        if (!chosen)
          throw fault('MalformedXML', { Message: 'A rule needs ApplyServerSideEncryptionByDefault.' });
        return { ApplyServerSideEncryptionByDefault: chosen };
      },
    ),
  };
});
export const getBucketEncryption = gives<'getBucketEncryption'>(
  'encryption',
  'NoSuchEncryptionConfiguration',
);
export const deleteBucketEncryption = removes<'deleteBucketEncryption'>('encryption');

export const putBucketDomain = stores<'putBucketDomain'>('domain', async ({ DomainRule: rules }, call) => {
  refuseCount(rules.length, maxCustomDomains);
  const names = rules.map(({ Name }) => Name.toLowerCase());
  if (
    !names.every((name) => /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(name))
  )
    throw fault('InvalidArgument', { Message: 'A domain name is malformed.' });
  if (new Set(names).size < names.length) throw fault('RecordAlreadyExist');
  if (await isBoundElsewhere(names, call)) throw fault('DomainConfigConflict');
});
export const getBucketDomain = gives<'getBucketDomain'>('domain', 'DomainConfigNotFoundError');
export const deleteBucketDomain = removes<'deleteBucketDomain'>('domain');

async function isBoundElsewhere(names: readonly string[], call: Call): Promise<boolean> {
  const own = bucketOf(call).name;
  const others = (await call.backend.metadata.buckets()).filter(({ name }) => name !== own);
  return others.some(({ configs }) => {
    const document = configs['domain'] as { DomainRule?: { Name: string }[] } | null | undefined;
    return document?.DomainRule?.some(({ Name }) => names.includes(Name.toLowerCase())) ?? false;
  });
}

export const putBucketOrigin = stores<'putBucketOrigin'>('origin', ({ OriginRule: rules }) => {
  refuseCount(rules.length, maxCustomDomains);
  if (rules.some(({ OriginInfo }) => OriginInfo.HostInfo === undefined)) throw fault('MalformedXML');
});
export const getBucketOrigin = gives<'getBucketOrigin'>('origin', 'OriginConfigurationNotFoundError');
export const deleteBucketOrigin = removes<'deleteBucketOrigin'>('origin');

export const putBucketLogging = stores<'putBucketLogging'>(
  'logging',
  async ({ LoggingEnabled: enabled }, call) => {
    if (!enabled) return;
    const target = await call.backend.metadata.bucket(enabled.TargetBucket);
    const own = bucketOf(call);
    // Source: https://cloud.tencent.com/document/product/436/7730: the log's bucket must be in the same region.
    if (!target || target.owner !== own.owner || target.region !== own.region)
      throw fault('InvalidTargetBucketForLogging');
    if (enabled.TargetPrefix?.startsWith('/')) throw fault('LoggingPrefixInvalid');
  },
);
export const getBucketLogging = gives<'getBucketLogging'>('logging', {});

export const putBucketReplication = stores<'putBucketReplication'>(
  'replication',
  async ({ Rule: rules }, call) => {
    refuseCount(rules.length, maxLifecycleRules);
    if (bucketOf(call).versioning !== 'enabled') throw fault('BucketVersionNotOpen');
    const targets = new Set(rules.map(({ Destination }) => Destination.Bucket));
    if (targets.size > 1) throw fault('MultiBucketNotSupport');
    for (const target of targets) {
      const name = /^qcs::cos:[^:]*::([a-z0-9-]+)$/.exec(target)?.[1];
      if (name === undefined || name === bucketOf(call).name) throw fault('TargetBucketNameInvalid');
    }
  },
);
export const getBucketReplication = gives<'getBucketReplication'>(
  'replication',
  'ReplicationConfigurationNotFoundError',
);
export const deleteBucketReplication = removes<'deleteBucketReplication'>('replication');
