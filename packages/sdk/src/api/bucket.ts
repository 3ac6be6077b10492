/** Parameter and result types of the bucket methods, configuration included. */
import type {
  BooleanString,
  Bucket,
  BucketACL,
  BucketParams,
  CallParams,
  Delimiter,
  EncodingType,
  ETag,
  GeneralResult,
  Grant,
  Grants,
  IsoDateTime,
  Key,
  Location,
  Owner,
  Prefix,
  Region,
  StorageClass,
  Tag,
  VersionId,
} from './base.ts';

type OnOff = 'Enabled' | 'Disabled';

export interface GetServiceParams extends CallParams {
  /** Ask this region's host, for the buckets of this region. */
  Region?: Region;
  TagKey?: string;
  TagValue?: string;
  /** Unix seconds; with CreateRange. */
  CreateTime?: number;
  CreateRange?: string;
  Marker?: string;
  /** Up to 2,000. Default 2,000. */
  MaxKeys?: number;
}
export interface GetServiceResult extends GeneralResult {
  Buckets: { Name: Bucket; Location: Region; CreationDate: IsoDateTime; BucketType?: string }[];
  Owner: Owner;
}
export interface PutBucketParams extends BucketParams {
  ACL?: BucketACL;
  GrantRead?: Grant;
  GrantWrite?: Grant;
  GrantReadAcp?: Grant;
  GrantWriteAcp?: Grant;
  GrantFullControl?: Grant;
  /** `MAZ` for several availability zones. */
  BucketAZConfig?: string;
  BucketArchConfig?: string;
}
export interface PutBucketResult extends GeneralResult {
  Location: Location;
}
export type HeadBucketParams = BucketParams;
export type HeadBucketResult = GeneralResult;
export interface GetBucketParams extends BucketParams {
  Prefix?: Prefix;
  Delimiter?: Delimiter;
  /** List keys after this one. */
  Marker?: Key;
  /** 1 to 1000. Default 1000. */
  MaxKeys?: number;
  EncodingType?: EncodingType;
}
/** An object in a list. All values are text. */
export interface CosObject {
  Key: Key;
  LastModified: IsoDateTime;
  ETag: ETag;
  Size: string;
  StorageClass: StorageClass;
  StorageTier?: string;
  Owner: Owner;
}
export interface GetBucketResult extends GeneralResult {
  Name: string;
  Prefix: string;
  Marker: string;
  MaxKeys: string;
  Delimiter?: string;
  EncodingType?: string;
  Contents: CosObject[];
  CommonPrefixes: { Prefix: Prefix }[];
  IsTruncated: BooleanString;
  /** `Marker` of the next page. */
  NextMarker?: string;
}
export interface ListObjectVersionsParams extends BucketParams {
  Prefix?: Prefix;
  Delimiter?: Delimiter;
  Marker?: string;
  KeyMarker?: string;
  VersionIdMarker?: string;
  MaxKeys?: number | string;
  EncodingType?: EncodingType;
}
export interface DeleteMarker {
  Key: Key;
  VersionId: VersionId;
  IsLatest: string;
  LastModified: IsoDateTime;
  Owner: Owner;
}
export interface ObjectVersion {
  Key: Key;
  VersionId: VersionId;
  IsLatest: BooleanString;
  LastModified: IsoDateTime;
  ETag: ETag;
  Size: string;
  Owner: Owner;
  StorageClass: StorageClass;
  StorageTier?: string;
}
export interface ListObjectVersionsResult extends GeneralResult {
  CommonPrefixes: { Prefix: Prefix }[];
  Versions: ObjectVersion[];
  DeleteMarkers: DeleteMarker[];
  IsTruncated: BooleanString;
  NextMarker?: string;
  NextKeyMarker?: string;
  NextVersionIdMarker?: string;
  EncodingType?: string;
  Name: string;
  Prefix: string;
  KeyMarker: string;
  VersionIdMarker: string;
  MaxKeys: string;
  Delimiter?: string;
}
export type DeleteBucketParams = BucketParams;
export type DeleteBucketResult = GeneralResult;
export interface PutBucketAclParams extends BucketParams {
  ACL?: BucketACL;
  GrantRead?: Grant;
  GrantWrite?: Grant;
  GrantReadAcp?: Grant;
  GrantWriteAcp?: Grant;
  GrantFullControl?: Grant;
  AccessControlPolicy?: { Owner: Owner; Grants: Grants[] };
}
export type PutBucketAclResult = GeneralResult;
export type GetBucketAclParams = BucketParams;
export interface GetBucketAclResult extends GeneralResult {
  ACL: BucketACL;
  GrantRead: Grant;
  GrantWrite: Grant;
  GrantReadAcp: Grant;
  GrantWriteAcp: Grant;
  GrantFullControl: Grant;
  Owner: Owner;
  Grants: Grants[];
}
/** A rule for requests from pages of other hosts. Lists may be named in the singular or, as answers do, the plural. */
export interface CORSRule {
  ID?: string;
  AllowedOrigin?: string[];
  AllowedMethod?: string[];
  AllowedHeader?: string[];
  ExposeHeader?: string[];
  AllowedOrigins?: string[];
  AllowedMethods?: string[];
  AllowedHeaders?: string[];
  ExposeHeaders?: string[];
  /** Seconds. */
  MaxAgeSeconds?: number | string;
}
export interface PutBucketCorsParams extends BucketParams {
  CORSRules: CORSRule[];
  ResponseVary?: BooleanString;
}
export type PutBucketCorsResult = GeneralResult;
export type GetBucketCorsParams = BucketParams;
export interface GetBucketCorsResult extends GeneralResult {
  CORSRules: CORSRule[];
  ResponseVary?: BooleanString;
}
export type DeleteBucketCorsParams = BucketParams;
export type DeleteBucketCorsResult = GeneralResult;
export type GetBucketLocationParams = BucketParams;
export interface GetBucketLocationResult extends GeneralResult {
  LocationConstraint: Region;
}
export interface PutBucketPolicyParams extends BucketParams {
  /** The document, or its JSON text. */
  Policy: object | string;
}
export type PutBucketPolicyResult = GeneralResult;
export type GetBucketPolicyParams = BucketParams;
export interface GetBucketPolicyResult extends GeneralResult {
  Policy: Record<string, unknown>;
}
export type DeleteBucketPolicyParams = BucketParams;
export type DeleteBucketPolicyResult = GeneralResult;
export interface PutBucketTaggingParams extends BucketParams {
  /** Up to 50. */
  Tags: Tag[];
}
export type PutBucketTaggingResult = GeneralResult;
export type GetBucketTaggingParams = BucketParams;
export interface GetBucketTaggingResult extends GeneralResult {
  Tags: Tag[];
}
export type DeleteBucketTaggingParams = BucketParams;
export type DeleteBucketTaggingResult = GeneralResult;
/** When objects change class or go. */
export interface LifecycleRule {
  ID: string;
  Status: OnOff;
  Filter?: Record<string, unknown>;
  Transition?: Record<string, unknown> | Record<string, unknown>[];
  Expiration?: Record<string, unknown>;
  AbortIncompleteMultipartUpload?: Record<string, unknown>;
  NoncurrentVersionExpiration?: Record<string, unknown>;
  NoncurrentVersionTransition?: Record<string, unknown> | Record<string, unknown>[];
}
export interface PutBucketLifecycleParams extends BucketParams {
  Rules: LifecycleRule[];
}
export type PutBucketLifecycleResult = GeneralResult;
export type GetBucketLifecycleParams = BucketParams;
export interface GetBucketLifecycleResult extends GeneralResult {
  Rules: LifecycleRule[];
}
export type DeleteBucketLifecycleParams = BucketParams;
export type DeleteBucketLifecycleResult = GeneralResult;
export interface VersioningConfiguration {
  Status: 'Enabled' | 'Suspended';
}
export interface PutBucketVersioningParams extends BucketParams {
  VersioningConfiguration: VersioningConfiguration;
}
export type PutBucketVersioningResult = GeneralResult;
export type GetBucketVersioningParams = BucketParams;
export interface GetBucketVersioningResult extends GeneralResult {
  VersioningConfiguration: VersioningConfiguration;
}
export interface ReplicationRule {
  ID?: string;
  Status: OnOff;
  Prefix: Prefix;
  Destination: { Bucket: string; StorageClass?: StorageClass };
}
export interface ReplicationConfiguration {
  Role: string;
  Rules: ReplicationRule[];
}
export interface PutBucketReplicationParams extends BucketParams {
  ReplicationConfiguration: ReplicationConfiguration;
}
export type PutBucketReplicationResult = GeneralResult;
export type GetBucketReplicationParams = BucketParams;
export interface GetBucketReplicationResult extends GeneralResult {
  ReplicationConfiguration: ReplicationConfiguration;
}
export type DeleteBucketReplicationParams = BucketParams;
export type DeleteBucketReplicationResult = GeneralResult;
export interface WebsiteConfiguration {
  IndexDocument: { Suffix: string };
  RedirectAllRequestsTo?: { Protocol: string };
  AutoAddressing?: { Status: OnOff };
  ErrorDocument?: { Key: Key; OriginalHttpStatus?: OnOff };
  RoutingRules?: {
    Condition: { HttpErrorCodeReturnedEquals?: string | number; KeyPrefixEquals?: string };
    Redirect: { Protocol?: string; ReplaceKeyWith?: string; ReplaceKeyPrefixWith?: string };
  }[];
}
export interface PutBucketWebsiteParams extends BucketParams {
  WebsiteConfiguration: WebsiteConfiguration;
}
export type PutBucketWebsiteResult = GeneralResult;
export type GetBucketWebsiteParams = BucketParams;
export interface GetBucketWebsiteResult extends GeneralResult {
  WebsiteConfiguration: WebsiteConfiguration;
}
export type DeleteBucketWebsiteParams = BucketParams;
export type DeleteBucketWebsiteResult = GeneralResult;
export interface RefererConfiguration {
  Status: OnOff;
  RefererType: 'Black-List' | 'White-List';
  DomainList: { Domains: string[] };
  EmptyReferConfiguration?: 'Allow' | 'Deny';
}
export interface PutBucketRefererParams extends BucketParams {
  RefererConfiguration: RefererConfiguration;
}
export type PutBucketRefererResult = GeneralResult;
export type GetBucketRefererParams = BucketParams;
export interface GetBucketRefererResult extends GeneralResult {
  RefererConfiguration: RefererConfiguration;
}
export interface DomainRule {
  Status: 'DISABLED' | 'ENABLED';
  Name: string;
  Type: 'REST' | 'WEBSITE' | 'ACCELERATE';
  ForcedReplacement?: string;
}
export interface PutBucketDomainParams extends BucketParams {
  DomainRule: DomainRule[];
}
export type PutBucketDomainResult = GeneralResult;
export type GetBucketDomainParams = BucketParams;
export interface GetBucketDomainResult extends GeneralResult {
  DomainRule: DomainRule[];
}
export type DeleteBucketDomainParams = BucketParams;
export type DeleteBucketDomainResult = GeneralResult;
export interface OriginRule {
  RulePriority: number;
  OriginType: 'Mirror' | 'Proxy' | 'Redirect';
  OriginCondition: { HTTPStatusCode: number | string; Prefix: Prefix };
  OriginParameter: {
    Protocol: 'HTTP' | 'HTTPS' | 'FOLLOW';
    FollowQueryString?: BooleanString;
    HttpHeader?: {
      FollowHttpHeader?: BooleanString;
      NewHttpHeader?: { Header?: { Key?: string; Value?: string }[] };
    };
    FollowRedirection: BooleanString;
    HttpRedirectCode: ('301' | '302')[];
  };
  OriginInfo: {
    HostInfo: { HostName: string };
    FileInfo: { PrefixConfiguration: { Prefix: Prefix }; SuffixConfiguration: { Suffix: string } };
  };
}
export interface PutBucketOriginParams extends BucketParams {
  OriginRule: OriginRule[];
}
export type PutBucketOriginResult = GeneralResult;
export type GetBucketOriginParams = BucketParams;
export interface GetBucketOriginResult extends GeneralResult {
  OriginRule: OriginRule[];
}
export type DeleteBucketOriginParams = BucketParams;
export type DeleteBucketOriginResult = GeneralResult;
export interface BucketLoggingStatus {
  LoggingEnabled?: { TargetBucket: Bucket; TargetPrefix: Prefix };
}
export interface PutBucketLoggingParams extends BucketParams {
  /** An empty text turns it off. */
  BucketLoggingStatus: BucketLoggingStatus | '';
}
export type PutBucketLoggingResult = GeneralResult;
export type GetBucketLoggingParams = BucketParams;
export interface GetBucketLoggingResult extends GeneralResult {
  /** An empty text where nothing is logged, as the official SDKs give it. */
  BucketLoggingStatus: BucketLoggingStatus | '';
}
export interface InventoryConfiguration {
  Id: string;
  IsEnabled: BooleanString;
  IncludedObjectVersions: 'All' | 'Current';
  Filter?: { Prefix?: Prefix };
  OptionalFields?: string[];
  Schedule: { Frequency: 'Daily' | 'Weekly' };
  Destination: {
    COSBucketDestination: {
      Bucket: string;
      Format: 'CSV';
      AccountId?: string;
      Prefix?: Prefix;
      Encryption?: { SSECOS?: '' };
    };
  };
}
export interface PutBucketInventoryParams extends BucketParams {
  Id: string;
  InventoryConfiguration: InventoryConfiguration;
}
export type PutBucketInventoryResult = GeneralResult;
export type PostBucketInventoryParams = PutBucketInventoryParams;
export type PostBucketInventoryResult = GeneralResult;
export interface GetBucketInventoryParams extends BucketParams {
  Id: string;
}
export interface GetBucketInventoryResult extends GeneralResult {
  InventoryConfiguration: InventoryConfiguration;
}
export interface ListBucketInventoryParams extends BucketParams {
  ContinuationToken?: string;
}
export interface ListBucketInventoryResult extends GeneralResult {
  InventoryConfigurations: InventoryConfiguration[];
  ContinuationToken: string;
  IsTruncated: BooleanString;
  NextContinuationToken?: string;
}
export interface DeleteBucketInventoryParams extends BucketParams {
  Id: string;
}
export type DeleteBucketInventoryResult = GeneralResult;
export interface AccelerateConfiguration {
  Status: 'Enabled' | 'Suspended';
}
export interface PutBucketAccelerateParams extends BucketParams {
  AccelerateConfiguration: AccelerateConfiguration;
}
export type PutBucketAccelerateResult = GeneralResult;
export type GetBucketAccelerateParams = BucketParams;
export interface GetBucketAccelerateResult extends GeneralResult {
  AccelerateConfiguration: AccelerateConfiguration;
}
export interface EncryptionRule {
  ApplySideEncryptionConfiguration?: { SSEAlgorithm: string };
  ApplyServerSideEncryptionByDefault?: { SSEAlgorithm: string; KMSMasterKeyID?: string };
}
export interface ServerSideEncryptionConfiguration {
  Rule: EncryptionRule[];
}
export interface PutBucketEncryptionParams extends BucketParams {
  ServerSideEncryptionConfiguration: ServerSideEncryptionConfiguration;
}
export type PutBucketEncryptionResult = GeneralResult;
export type GetBucketEncryptionParams = BucketParams;
export interface GetBucketEncryptionResult extends GeneralResult {
  EncryptionConfiguration: { Rules: EncryptionRule[] };
}
export type DeleteBucketEncryptionParams = BucketParams;
export type DeleteBucketEncryptionResult = GeneralResult;
