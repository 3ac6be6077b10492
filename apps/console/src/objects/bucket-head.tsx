/** The head of the pages of one bucket, with the ways between them. */
import { defineComponent } from 'vue';
import { addressOf } from '../route.ts';
import { t } from '../text/language.ts';

type BucketPage = 'objects' | 'unfinished' | 'settings';

export const BucketHead = defineComponent(
  (props: { bucket: string; region: string; page: BucketPage }, { slots }) =>
    () => {
      const { buckets: words } = t();
      const { bucket, region } = props;
      const ways = [
        ['objects', words.objects, addressOf({ page: 'objects', bucket, region, prefix: '' })],
        ['unfinished', words.unfinished, addressOf({ page: 'unfinished', bucket, region })],
        ['settings', words.settings, addressOf({ page: 'settings', bucket, region, tab: '' })],
      ] as const;
      return (
        <div class="stack stack--tight">
          <header class="page__head">
            <h1>{bucket}</h1>
            <div class="buttons">{slots['default']?.()}</div>
          </header>
          <nav class="tabs__list" aria-label={bucket}>
            {ways.map(([page, name, address]) => (
              <a
                key={page}
                class="tabs__tab"
                href={address}
                aria-current={page === props.page ? 'page' : undefined}
              >
                {name}
              </a>
            ))}
          </nav>
        </div>
      );
    },
  { props: ['bucket', 'region', 'page'] },
);
