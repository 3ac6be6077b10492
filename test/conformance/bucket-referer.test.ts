import { serviceForTests } from '../service.ts';
import { describeDocument } from './bucket-document.ts';
import { covers } from './covers.ts';

covers('putBucketReferer', 'getBucketReferer');

const service = await serviceForTests({ name: 'bucket-referer' });

describeDocument(service, {
  flag: 'referer',
  root: 'RefererConfiguration',
  inner:
    '<Status>Enabled</Status><RefererType>White-List</RefererType><DomainList><Domain>*.example.com</Domain></DomainList><EmptyReferConfiguration>Allow</EmptyReferConfiguration>',
  absent: 'NoSuchRefererConfiguration',
  removable: false,
  malformed: [
    ['no status', '', 'MalformedXML'],
    ['no list', '<Status>Enabled</Status><RefererType>White-List</RefererType>', 'MalformedXML'],
    ['an unknown type', '<Status>Enabled</Status><RefererType>Grey-List</RefererType>', 'MalformedXML'],
  ],
});
