/** Serves the bucket as a site. Rules that this form does not show stay as they are. */
import type COS from '@sampan/sdk';
import { defineComponent } from 'vue';
import { signedIn } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { SwitchField, TextField } from '../../ui/field.tsx';
import { settingForm, useSetting, type BucketPlace } from './setting.tsx';

const empty: COS.WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } };

export const WebsiteSetting = defineComponent(
  (props: { place: BucketPlace }) => {
    const { cos } = signedIn();
    const setting = useSetting<COS.WebsiteConfiguration>(empty, {
      async read() {
        const { WebsiteConfiguration: found } = await cos.getBucketWebsite(props.place);
        // Without the setting the document is empty.
        return (found as Partial<COS.WebsiteConfiguration>).IndexDocument ? found : empty;
      },
      write: (WebsiteConfiguration) => cos.putBucketWebsite({ ...props.place, WebsiteConfiguration }),
      erase: () => cos.deleteBucketWebsite(props.place),
    });
    return () => {
      const { settings: words } = t();
      const { fields } = words;
      const site = setting.value.value;
      const { ErrorDocument: _error, RedirectAllRequestsTo: _redirect, ...rest } = site;
      return settingForm(setting, words.websiteHint, [
        <TextField
          key="index"
          label={fields.index}
          value={site.IndexDocument.Suffix}
          onInput={(Suffix) => (setting.value.value = { ...site, IndexDocument: { Suffix } })}
        />,
        <TextField
          key="error"
          label={fields.error}
          value={site.ErrorDocument?.Key ?? ''}
          onInput={(Key) => {
            const { RedirectAllRequestsTo } = site;
            setting.value.value = {
              ...rest,
              ...(RedirectAllRequestsTo ? { RedirectAllRequestsTo } : {}),
              ...(Key === '' ? {} : { ErrorDocument: { ...site.ErrorDocument, Key } }),
            };
          }}
        />,
        <SwitchField
          key="https"
          label={fields.https}
          value={site.RedirectAllRequestsTo?.Protocol === 'https'}
          onInput={(isOn) => {
            const { ErrorDocument } = site;
            setting.value.value = {
              ...rest,
              ...(ErrorDocument ? { ErrorDocument } : {}),
              ...(isOn ? { RedirectAllRequestsTo: { Protocol: 'https' } } : {}),
            };
          }}
        />,
      ]);
    };
  },
  { props: ['place'] },
);
