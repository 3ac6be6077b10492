import { serviceForTests } from '../service.ts';
import { describeDocument } from './bucket-document.ts';
import { covers } from './covers.ts';

covers('putBucketOrigin', 'getBucketOrigin', 'deleteBucketOrigin');

const service = await serviceForTests({ name: 'bucket-origin' });

describeDocument(service, {
  flag: 'origin',
  root: 'OriginConfiguration',
  inner:
    '<OriginRule><RulePriority>1</RulePriority><OriginType>Mirror</OriginType><OriginCondition><HTTPStatusCode>404</HTTPStatusCode></OriginCondition><OriginParameter><Protocol>HTTP</Protocol></OriginParameter><OriginInfo><HostInfo><HostName>origin.example.com</HostName></HostInfo></OriginInfo></OriginRule>',
  absent: 'OriginConfigurationNotFoundError',
  removable: true,
  malformed: [
    ['no rule', '', 'MalformedXML'],
    ['no host', '<OriginRule><OriginInfo/></OriginRule>', 'MalformedXML'],
  ],
});
