/** Handlers of the documents of a bucket that change how it works. */
import {
  fault,
  maxBucketTags,
  maxCorsRules,
  maxLifecycleRules,
  maxRefererDomains,
  maxWebsiteRules,
} from '@sampan/protocol';
import { bucketOf, type Handler } from './call.ts';
import { gives, hasDocument, refuseCount, removes, setConfig, stores } from './document.ts';
import { checkedLifecycle } from './lifecycle-rules.ts';
import { tagDocument, tagsFromDocument, type Tags } from './tags.ts';

const originPattern = /^(\*|[a-z][a-z0-9+.-]*:\/\/[^/\s?#]+)$/i;
const corsMethods: ReadonlySet<string> = new Set(['PUT', 'GET', 'POST', 'DELETE', 'HEAD']);

export const putBucketCors = stores<'putBucketCors'>('cors', ({ CORSRule: rules }) => {
  refuseCount(rules.length, maxCorsRules);
  for (const rule of rules) {
    if (rule.AllowedOrigin.length === 0 || rule.AllowedMethod.length === 0) throw fault('MalformedXML');
    if (!rule.AllowedMethod.every((method) => corsMethods.has(method)))
      throw fault('InvalidArgument', { Message: 'AllowedMethod is PUT, GET, POST, DELETE or HEAD.' });
    if (!rule.AllowedOrigin.every((origin) => originPattern.test(origin) && origin.split('*').length <= 2))
      throw fault('InvalidArgument', {
        Message: 'AllowedOrigin is * or scheme://host[:port] with at most one *.',
      });
    if (rule.ExposeHeader.some((name) => name.includes('*')))
      throw fault('InvalidArgument', { Message: 'ExposeHeader must name each header.' });
  }
});
export const getBucketCors = gives<'getBucketCors'>('cors', 'NoSuchCORSConfiguration');
export const deleteBucketCors = removes<'deleteBucketCors'>('cors');

export const putBucketTagging: Handler<'putBucketTagging'> = async (input, call) => {
  await setConfig(call, 'tagging', tagsFromDocument(input, maxBucketTags));
  return {};
};

export const getBucketTagging: Handler<'getBucketTagging'> = async (_input, call) => {
  const tags = bucketOf(call).configs['tagging'];
  if (tags === undefined || tags === null) throw fault('NoSuchTagSet');
  // Stored by PUT Bucket tagging or by the header of PUT Bucket, both as names and values.
  return tagDocument(tags as Tags);
};

export const deleteBucketTagging = removes<'deleteBucketTagging'>('tagging');

export const putBucketVersioning: Handler<'putBucketVersioning'> = async ({ Status }, call) => {
  if (Status === undefined) throw fault('MalformedXML');
  const bucket = bucketOf(call);
  if (Status === 'Suspended' && hasDocument(call, 'replication'))
    throw fault('InvalidBucketState', {
      Message: 'Versioning cannot be suspended while replication is configured.',
    });
  const state = Status === 'Enabled' ? 'enabled' : 'suspended';
  const done = await call.backend.metadata.setVersioning(bucket.name, state);
  if (!done.ok) throw fault('NoSuchBucket');
  return {};
};

export const getBucketVersioning: Handler<'getBucketVersioning'> = async (_input, call) => {
  const { versioning } = bucketOf(call);
  if (versioning === 'never') return {};
  return { Status: versioning === 'enabled' ? 'Enabled' : 'Suspended' };
};

export const putBucketLifecycle = stores<'putBucketLifecycle'>('lifecycle', ({ Rule }) => {
  refuseCount(Rule.length, maxLifecycleRules);
  return { Rule: checkedLifecycle(Rule) };
});
export const getBucketLifecycle = gives<'getBucketLifecycle'>('lifecycle', 'NoSuchLifecycleConfiguration');
export const deleteBucketLifecycle = removes<'deleteBucketLifecycle'>('lifecycle');

export const putBucketReferer = stores<'putBucketReferer'>('referer', (document) => {
  const domains = document.DomainList?.Domain ?? [];
  if (domains.length > maxRefererDomains)
    throw fault('MalformedXML', { Message: `A referer rule has at most ${maxRefererDomains} domains.` });
  if (document.Status === undefined) return null;
  if (document.Status === 'Disabled') return undefined;
  if (
    document.RefererType === undefined ||
    domains.length === 0 ||
    domains.some((domain) => domain.trim() === '')
  )
    throw fault('MalformedXML', {
      Message: 'RefererType and DomainList are needed to enable the referer rule.',
    });
  return undefined;
});
export const getBucketReferer = gives<'getBucketReferer'>('referer', 'NoSuchRefererConfiguration');

export const putBucketWebsite = stores<'putBucketWebsite'>('website', (document) => {
  const suffix = document.IndexDocument?.Suffix;
  if (suffix === undefined || suffix === '' || suffix.includes('/'))
    throw fault('InvalidArgument', { Message: 'IndexDocument/Suffix is a name without slashes.' });
  if (document.RedirectAllRequestsTo && document.RedirectAllRequestsTo.Protocol.toLowerCase() !== 'https')
    throw fault('InvalidArgument', { Message: 'RedirectAllRequestsTo/Protocol can only be https.' });
  const rules = document.RoutingRules?.RoutingRule ?? [];
  if (rules.length > maxWebsiteRules) throw fault('MalformedXML');
  const settled = rules.map(({ Condition, Redirect }) => {
    const { HttpErrorCodeReturnedEquals: status, KeyPrefixEquals } = Condition;
    // The official Java SDK writes an empty prefix beside a status.
    const prefix = KeyPrefixEquals === '' ? undefined : KeyPrefixEquals;
    if (
      (status === undefined) === (prefix === undefined) ||
      (status !== undefined && (status < 400 || status > 499))
    )
      throw fault('MalformedXML', { Message: 'A condition is a status of 4xx or a prefix of keys.' });
    if ((Redirect.ReplaceKeyWith === undefined) === (Redirect.ReplaceKeyPrefixWith === undefined))
      throw fault('MalformedXML', { Message: 'A redirect replaces the key or its prefix.' });
    return {
      Condition: {
        ...(status === undefined ? {} : { HttpErrorCodeReturnedEquals: status }),
        ...(prefix === undefined ? {} : { KeyPrefixEquals: prefix }),
      },
      Redirect: { ...Redirect, URLRedirect: Redirect.URLRedirect ?? ('Enabled' as const) },
    };
  });
  return document.RoutingRules ? { ...document, RoutingRules: { RoutingRule: settled } } : document;
});
export const getBucketWebsite = gives<'getBucketWebsite'>('website', 'NoSuchWebsiteConfiguration');
export const deleteBucketWebsite = removes<'deleteBucketWebsite'>('website');

export const putBucketAccelerate = stores<'putBucketAccelerate'>('accelerate', ({ Status }) => {
  if (Status === undefined) throw fault('MalformedXML');
});
export const getBucketAccelerate = gives<'getBucketAccelerate'>('accelerate', {});
