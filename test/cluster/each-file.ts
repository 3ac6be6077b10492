/**
 * Loaded before each file of tests: services are clusters. What of the shared suites is not tried behind nginx, and why,
 * is listed here. Everything else must pass as it does without it. A name stands for all tests whose full names begin with
 * it; an empty one for the whole file.
 */
import { beforeEach } from 'vitest';
import { startServicesBy } from '../service.ts';
import { startClustered } from './clustered-service.ts';

interface Exclusion {
  readonly why: string;
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

const exclusions: readonly Exclusion[] = [
  {
    why: 'nginx refuses or rewrites what is not HTTP to its mind, before the service sees it',
    tests: {
      'addressing.test.ts': [
        'a path is decoded once and never normalised > ".." is a key of its own',
        'a path is decoded once and never normalised > "../x" is a key of its own',
        'a path is decoded once and never normalised > deleting a key that looks like the root',
        'a path is decoded once and never normalised > the path /% is',
        'a path is decoded once and never normalised > the path /%zz is',
      ],
      'bad-input.test.ts': [
        'requests that are not HTTP as it should be',
        'bodies > shorter than',
        'bodies > over 5 GB are refused by their header',
      ],
      'grants.test.ts': ['the host that routes is the host that is verified'],
      'hostile.test.ts': ['more than 500 hostile requests'],
    },
  },
  {
    why: 'nginx says the length of a short body that came without one',
    tests: {
      'append-object.test.ts': ['a body of unknown length is refused'],
      'multipart-upload.test.ts': ['a part without announced length is refused'],
    },
  },
  {
    why: 'nginx answers Expect itself',
    tests: { 'bad-input.test.ts': ['Expect: 100-continue > is answered with the error'] },
  },
  {
    why: 'another port of a process is not one of nginx',
    tests: {
      'addressing.test.ts': ['the extra port of a bound domain is listened on'],
      'grants.test.ts': ['a port that stands for a bucket'],
    },
  },
  {
    why: 'metrics are of one process, and nginx keeps them from clients',
    tests: { 'addressing.test.ts': ['the reserved prefix > answers health, readiness and metrics'] },
  },
  {
    why: 'is about the data folder of one process, or about its own certificate',
    tests: {
      'durability.test.ts': [''],
      'service-errors.test.ts': ['an object whose bytes are gone from the disk'],
      'tls.test.ts': [''],
      'qcloud-cos-sts.test.ts': [''],
    },
  },
  {
    why: 'nginx has its own patience with slow clients',
    tests: { 'limits.test.ts': ['a connection with'] },
  },
  {
    why: 'a thousand changes of one bucket take 0.3 s each on shared stores',
    tests: { 'bucket-inventory.test.ts': ['inventory tasks that are stored at once are all kept'] },
  },
];

startServicesBy(startClustered);

beforeEach(({ task, skip }) => {
  const names: string[] = [task.name];
  for (let suite = task.suite; suite; suite = suite.suite) names.unshift(suite.name);
  const full = names.filter((name) => name !== '').join(' > ');
  const file = task.file.name.slice(task.file.name.lastIndexOf('/') + 1);
  for (const { why, tests } of exclusions)
    if (tests[file]?.some((start) => full.startsWith(start))) skip(why);
});
