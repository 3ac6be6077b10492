import { blobContract } from './contract.ts';
import { openMemoryBlobs } from './memory.ts';

blobContract('memory', async () => openMemoryBlobs());
