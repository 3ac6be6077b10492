/** The grants of an access control list. */
import type COS from '@sampan/sdk';
import type { FunctionalComponent } from 'vue';
import { t } from '../text/language.ts';

export const GrantList: FunctionalComponent<{ owner: string; grants: readonly COS.Grants[] }> = ({
  owner,
  grants,
}) => {
  const { fields } = t().settings;
  return (
    <dl class="pairs">
      <dt>{fields.owner}</dt>
      <dd>{owner}</dd>
      {grants.map(({ Grantee, Permission }, at) => [
        <dt key={`${String(at)} permission`}>{Permission}</dt>,
        <dd key={at}>{'URI' in Grantee ? Grantee.URI : Grantee.ID}</dd>,
      ])}
    </dl>
  );
};
GrantList.props = ['owner', 'grants'];
