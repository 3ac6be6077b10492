/** `sampan acl`: shows and sets the access control list of an object or a bucket. */
import type COS from '@sampan/sdk';
import type { Command } from 'commander';
import { addressText, parseAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

const bucketAcls = ['private', 'public-read', 'public-read-write', 'authenticated-read'] as const;
const objectAcls = [
  'default',
  'private',
  'public-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;

export function aclCommand(context: Context): Command {
  const command = serviceVerb(context, 'acl')
    .summary(t`show or set who may read and write`)
    .description(t`Show the access control list of an object or a bucket, or set it to a canned one.`)
    .argument('<address>', t`cos://bucket/key or cos://bucket`)
    .argument('[acl]', `${objectAcls.join(', ')}, public-read-write`)
    .addHelpText('after', () =>
      examples('sampan acl cos://photos-1250000000', 'sampan acl cos://photos-1250000000/a.jpg public-read'),
    );
  return addConnectionFlags(command).action(
    async (word: string, acl: string | undefined, flags: ConnectionFlags) => {
      const { bucket, key } = parseAddress(word);
      const known: readonly string[] = key === '' ? bucketAcls : objectAcls;
      if (acl !== undefined && !known.includes(acl))
        throw new UsageFailure(t`the ACL must be one of ${known.join(', ')}, got ${JSON.stringify(acl)}`);
      const { cos, at } = await context.connect(flags);
      const { output } = context;
      const address = addressText({ bucket, key });
      if (acl === undefined) {
        const { ACL, Owner, Grants } = await (key === ''
          ? cos.getBucketAcl(at(bucket))
          : cos.getObjectAcl({ ...at(bucket), Key: key }));
        output.item('acl', { address, acl: ACL, owner: Owner.ID, grants: Grants }, `${ACL}  ${Owner.ID}`);
        if (output.json) return;
        for (const { Grantee, Permission } of Grants)
          output.result(`  ${Permission}  ${'URI' in Grantee ? Grantee.URI : Grantee.ID}`);
        return;
      }
      if (key === '') await cos.putBucketAcl({ ...at(bucket), ACL: acl as COS.BucketACL });
      else await cos.putObjectAcl({ ...at(bucket), Key: key, ACL: acl as COS.ObjectACL });
      output.event('acl', { address, acl }, `${output.name(address)}: ${acl}`);
    },
  );
}
