/** Parameter and result types of the methods of a bucket's configuration: one document for each kind. */
import type {
  BooleanString,
  Bucket,
  BucketParams,
  GeneralResult,
  Key,
  Prefix,
  Region,
  StorageClass,
  Tag,
} from './base.ts';

type OnOff = 'Enabled' | 'Disabled';

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
  /** Rules for cross-origin requests, up to 100. */
  CORSRules: CORSRule[];
  /** `true`: answers carry `Vary: Origin`. */
  ResponseVary?: BooleanString;
}
export type PutBucketCorsResult = GeneralResult;
export type GetBucketCorsParams = BucketParams;
export interface GetBucketCorsResult extends GeneralResult {
  /** Rules for cross-origin requests, up to 100. */
  CORSRules: CORSRule[];
  /** `true`: answers carry `Vary: Origin`. */
  ResponseVary?: BooleanString;
}
export type DeleteBucketCorsParams = BucketParams;
export type DeleteBucketCorsResult = GeneralResult;
export type GetBucketLocationParams = BucketParams;
export interface GetBucketLocationResult extends GeneralResult {
  /** Region of the bucket. */
  LocationConstraint: Region;
}
export interface PutBucketPolicyParams extends BucketParams {
  /** The document, or its JSON text. */
  Policy: object | string;
}
export type PutBucketPolicyResult = GeneralResult;
export type GetBucketPolicyParams = BucketParams;
export interface GetBucketPolicyResult extends GeneralResult {
  /** The policy as an object. */
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
  /** Tags. */
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
  /** Rules. */
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
  /** `Status`: `Enabled` or `Suspended`. */
  VersioningConfiguration: VersioningConfiguration;
}
export type PutBucketVersioningResult = GeneralResult;
export type GetBucketVersioningParams = BucketParams;
export interface GetBucketVersioningResult extends GeneralResult {
  /** `Status`: `Enabled` or `Suspended`. */
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
  /** Role and rules of the replication. */
  ReplicationConfiguration: ReplicationConfiguration;
}
export type PutBucketReplicationResult = GeneralResult;
export type GetBucketReplicationParams = BucketParams;
export interface GetBucketReplicationResult extends GeneralResult {
  /** Role and rules of the replication. */
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
  /** Index, error document and routing rules. */
  WebsiteConfiguration: WebsiteConfiguration;
}
export type PutBucketWebsiteResult = GeneralResult;
export type GetBucketWebsiteParams = BucketParams;
export interface GetBucketWebsiteResult extends GeneralResult {
  /** Index, error document and routing rules. */
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
  /** Hot-link rules. */
  RefererConfiguration: RefererConfiguration;
}
export type PutBucketRefererResult = GeneralResult;
export type GetBucketRefererParams = BucketParams;
export interface GetBucketRefererResult extends GeneralResult {
  /** Hot-link rules. */
  RefererConfiguration: RefererConfiguration;
}
export interface DomainRule {
  Status: 'DISABLED' | 'ENABLED';
  Name: string;
  Type: 'REST' | 'WEBSITE' | 'ACCELERATE';
  ForcedReplacement?: string;
}
export interface PutBucketDomainParams extends BucketParams {
  /** Own domains. */
  DomainRule: DomainRule[];
}
export type PutBucketDomainResult = GeneralResult;
export type GetBucketDomainParams = BucketParams;
export interface GetBucketDomainResult extends GeneralResult {
  /** Own domains. */
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
  /** Back-to-origin rules. */
  OriginRule: OriginRule[];
}
export type PutBucketOriginResult = GeneralResult;
export type GetBucketOriginParams = BucketParams;
export interface GetBucketOriginResult extends GeneralResult {
  /** Back-to-origin rules. */
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
  /** Name of the inventory task. */
  Id: string;
  /** What is listed, how often, and where the list goes. */
  InventoryConfiguration: InventoryConfiguration;
}
export type PutBucketInventoryResult = GeneralResult;
export type PostBucketInventoryParams = PutBucketInventoryParams;
export type PostBucketInventoryResult = GeneralResult;
export interface GetBucketInventoryParams extends BucketParams {
  /** Name of the inventory task. */
  Id: string;
}
export interface GetBucketInventoryResult extends GeneralResult {
  /** What is listed, how often, and where the list goes. */
  InventoryConfiguration: InventoryConfiguration;
}
export interface ListBucketInventoryParams extends BucketParams {
  /** Where the page begins. */
  ContinuationToken?: string;
}
export interface ListBucketInventoryResult extends GeneralResult {
  /** The inventory tasks of this page. */
  InventoryConfigurations: InventoryConfiguration[];
  /** Where the page begins. */
  ContinuationToken: string;
  /** `true` when more follows. */
  IsTruncated: BooleanString;
  /** `ContinuationToken` of the next page. */
  NextContinuationToken?: string;
}
export interface DeleteBucketInventoryParams extends BucketParams {
  /** Name of the inventory task. */
  Id: string;
}
export type DeleteBucketInventoryResult = GeneralResult;
export interface AccelerateConfiguration {
  Status: 'Enabled' | 'Suspended';
}
export interface PutBucketAccelerateParams extends BucketParams {
  /** `Status`: `Enabled` or `Suspended`. */
  AccelerateConfiguration: AccelerateConfiguration;
}
export type PutBucketAccelerateResult = GeneralResult;
export type GetBucketAccelerateParams = BucketParams;
export interface GetBucketAccelerateResult extends GeneralResult {
  /** `Status`: `Enabled` or `Suspended`. */
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
  /** Default encryption of new objects. */
  ServerSideEncryptionConfiguration: ServerSideEncryptionConfiguration;
}
export type PutBucketEncryptionResult = GeneralResult;
export type GetBucketEncryptionParams = BucketParams;
export interface GetBucketEncryptionResult extends GeneralResult {
  /** Default encryption of new objects. */
  EncryptionConfiguration: { Rules: EncryptionRule[] };
}
export type DeleteBucketEncryptionParams = BucketParams;
export type DeleteBucketEncryptionResult = GeneralResult;
