import { expect, test } from 'vitest';
import { shortReport } from './api-report.ts';

test('a row is named with its method and target, and other constants stay', () => {
  const report = `// @public
export const getBucketCors: {
    readonly method: "GET";
    readonly target: "bucket";
    readonly request: {
        readonly fields: {};
    };
};

// @public
export const crc64Empty: {
    readonly hi: number;
};
`;

  expect(shortReport(report)).toBe(`// @public
export const getBucketCors: Operation; // a row: GET of a bucket

// @public
export const crc64Empty: {
    readonly hi: number;
};
`);
});

test('an error code is reported with its status, so that a change of either shows', () => {
  const report = `export const errorCodes: {
    readonly AccessDenied: {
        readonly status: 403;
        readonly message: "Access is denied.";
    };
};
`;

  expect(shortReport(report)).toBe(`export const errorCodes: {
    AccessDenied: 403;
};
`);
});
