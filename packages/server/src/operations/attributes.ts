/** Reads an object's attributes (type, metadata, storage class) from the headers or form fields of a write. */
import { fault, maxObjectTags, maxUserMetadataBytes, type Input, type Operations } from '@sampan/protocol';
import { aclFromFields, aclToJson } from '../access/acl.ts';
import { customerAlgorithm, customerEncryption, type CustomerKey } from '../body/encryption.ts';
import type { Attributes, Bucket, Encryption } from '../metadata/port.ts';
import { tagsFromHeader } from './tags.ts';
import { lookup } from 'mrmime';

/** The fields of all operations that make objects. */
export type CreationFields = Omit<Input<Operations['multipartInit'], never>, 'Bucket'>;

/** Content headers and the fields that carry them. */
const storedHeaders = [
  ['CacheControl', 'cache-control'],
  ['ContentDisposition', 'content-disposition'],
  ['ContentEncoding', 'content-encoding'],
  ['ContentLanguage', 'content-language'],
  ['ContentType', 'content-type'],
  ['Expires', 'expires'],
] as const;

const metaPrefix = 'x-cos-meta-';

/** Checks the fields and gives what is stored. `customer` is the checked key when there is one. */
export function attributesFrom(fields: CreationFields, bucket: Bucket, customer?: CustomerKey): Attributes {
  const acl = aclFromFields(fields, 'object', bucket.owner);
  return {
    headers: headersFrom(fields),
    storageClass: storageClassFrom(fields.StorageClass),
    owner: bucket.owner,
    acl: acl && aclToJson(acl),
    tagging: tagsFromHeader(fields.Tagging, maxObjectTags),
    encryption: encryptionFrom(fields, bucket, customer),
  };
}

// Source: https://cloud.tencent.com/document/product/436/33417: multi-AZ classes are for multi-AZ buckets, which do not
// exist here.
function storageClassFrom(name = 'STANDARD'): string {
  if (name.startsWith('MAZ_')) throw fault('MAZOperationNotSupportOnOAZBucket');
  return name;
}

/** The headers that come back with the object. */
export function headersFrom(fields: CreationFields): Record<string, string> {
  // Quirk: without a type, or with an empty one, COS goes by the ending of the key, as the vendor's suites for Node and the web show.
  const headers: Record<string, string> = {
    'content-type': lookup(fields.Key) ?? 'application/octet-stream',
  };
  for (const [field, name] of storedHeaders) {
    const value = fields[field];
    if (value !== undefined && value !== '') headers[name] = value;
  }
  if (fields.Meta === undefined) return headers;
  let metaBytes = 0;
  for (const [name, value] of Object.entries(fields.Meta)) {
    metaBytes += metaPrefix.length + name.length + Buffer.byteLength(value);
    headers[metaPrefix + name] = value;
  }
  if (metaBytes > maxUserMetadataBytes)
    throw fault('InvalidArgument', {
      Message: `All x-cos-meta- headers together may have ${maxUserMetadataBytes} bytes.`,
    });
  return headers;
}

/** How an object is encrypted: as its writer says, otherwise as its bucket does. */
export function encryptionFrom(
  fields: CreationFields,
  bucket: Bucket,
  customer: CustomerKey | undefined,
): Encryption | undefined {
  const { ServerSideEncryption: mode, SSEKMSKeyId: keyId, SSEContext: context } = fields;
  if (customer) {
    if (mode !== undefined)
      throw fault('SSEHeaderNotAllowed', { Message: 'A customer key excludes other modes of encryption.' });
    return customerEncryption(customer);
  }
  if (mode === undefined) return defaultEncryption(bucket);
  if (mode === 'AES256') return { algorithm: 'AES256' };
  if (mode !== 'cos/kms')
    throw fault('VerifyAlgorithmNotSupported', {
      Message: 'x-cos-server-side-encryption is AES256 or cos/kms.',
    });
  // Quirk: there is no key management here, so the mode and the key's name are remembered and answered, nothing more.
  return {
    algorithm: mode,
    ...(keyId === undefined ? {} : { keyId }),
    ...(context === undefined ? {} : { context }),
  };
}

/** The mode that PUT Bucket encryption set; its handler stored the document in this shape. */
function defaultEncryption({ configs }: Bucket): Encryption | undefined {
  const document = configs['encryption'] as
    | { Rule?: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: string; KMSMasterKeyID?: string } }[] }
    | undefined;
  const rule = document?.Rule?.[0]?.ApplyServerSideEncryptionByDefault;
  if (!rule) return undefined;
  if (rule.SSEAlgorithm === 'AES256') return { algorithm: 'AES256' };
  return {
    algorithm: 'cos/kms',
    ...(rule.KMSMasterKeyID === undefined ? {} : { keyId: rule.KMSMasterKeyID }),
  };
}

/** The digest of the customer's key that an object is stored under. */
function keyMd5Of({ keyMd5 }: Encryption): string {
  return typeof keyMd5 === 'string' ? keyMd5 : '';
}

/** The fields in which an answer names the encryption of what it is about. */
export function encryptionFields(encryption: Encryption | undefined): {
  ServerSideEncryption?: string;
  SSEKMSKeyId?: string;
  SSECustomerAlgorithm?: string;
  SSECustomerKeyMD5?: string;
} {
  if (!encryption) return {};
  if (encryption.algorithm === customerAlgorithm)
    return { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: keyMd5Of(encryption) };
  const { keyId } = encryption;
  return {
    ServerSideEncryption: encryption.algorithm,
    ...(typeof keyId === 'string' ? { SSEKMSKeyId: keyId } : {}),
  };
}
