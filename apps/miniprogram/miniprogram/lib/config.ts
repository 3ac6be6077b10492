/**
 * Where the program uploads to. These values go with the local service of the README. For a bucket on COS set Bucket
 * and Region, set the address of your backend, and remove Domain and Protocol.
 */
export const config = {
  /** Answers `GET /keys` with temporary keys. See backend/server.js. */
  backend: 'http://127.0.0.1:3000',
  Bucket: 'examplebucket-1250000000',
  Region: 'ap-guangzhou',
  /** Host of the local service. On a phone: this computer's address in the network that both are in. */
  Domain: '127.0.0.1:9000',
  Protocol: 'http:' as 'http:' | 'https:',
  /** Start of every key. The backend's keys allow this prefix and nothing else. */
  prefix: 'album/',
};
