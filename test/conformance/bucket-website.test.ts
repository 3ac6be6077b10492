import { serviceForTests } from '../service.ts';
import { describeDocument } from './bucket-document.ts';
import { covers } from './covers.ts';

covers('putBucketWebsite', 'getBucketWebsite', 'deleteBucketWebsite');

const service = await serviceForTests({ name: 'bucket-website' });

describeDocument(service, {
  flag: 'website',
  root: 'WebsiteConfiguration',
  inner:
    '<IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key>error.html</Key></ErrorDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>old/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith><URLRedirect>Disabled</URLRedirect></Redirect></RoutingRule></RoutingRules>',
  absent: 'NoSuchWebsiteConfiguration',
  removable: true,
  malformed: [
    ['no index', '', 'InvalidArgument'],
    ['an index with a slash', '<IndexDocument><Suffix>a/b</Suffix></IndexDocument>', 'InvalidArgument'],
    [
      'a redirect to http',
      '<IndexDocument><Suffix>i</Suffix></IndexDocument><RedirectAllRequestsTo><Protocol>http</Protocol></RedirectAllRequestsTo>',
      'InvalidArgument',
    ],
    [
      'a condition on 500',
      '<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><HttpErrorCodeReturnedEquals>500</HttpErrorCodeReturnedEquals></Condition><Redirect><ReplaceKeyWith>a</ReplaceKeyWith></Redirect></RoutingRule></RoutingRules>',
      'MalformedXML',
    ],
    [
      'a redirect to nowhere',
      '<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a</KeyPrefixEquals></Condition><Redirect/></RoutingRule></RoutingRules>',
      'MalformedXML',
    ],
  ],
});
