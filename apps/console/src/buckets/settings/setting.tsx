/** What all settings of a bucket have in common: read, change, save, remove. */
import { Button } from 'tdesign-vue-next/es/button';
import { onMounted, ref, shallowRef, type Ref, type ShallowRef, type VNodeChild } from 'vue';
import { codeOf } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { attempt, failed } from '../../ui/notice.ts';

/** The bucket that the settings are of. */
export interface BucketPlace {
  readonly Bucket: string;
  readonly Region: string;
}

interface Setting {
  /** Whether the service has answered. */
  readonly isRead: Ref<boolean>;
  save(event?: Event): Promise<void>;
  clear(): Promise<void>;
  readonly canClear: boolean;
}

/** Reads a setting when its panel appears. A service that has none answers an error whose code begins with `NoSuch`. */
export function useSetting<T>(
  empty: T,
  calls: {
    read(): Promise<T>;
    write(value: T): Promise<unknown>;
    /** Absent: the setting cannot be removed. */
    erase?(): Promise<unknown>;
  },
): Setting & { readonly value: ShallowRef<T> } {
  const value: ShallowRef<T> = shallowRef(empty);
  const isRead = ref(false);
  const read = async (): Promise<void> => {
    try {
      value.value = await calls.read();
    } catch (error) {
      if (/^NoSuch(?!Bucket)/.test(codeOf(error))) value.value = empty;
      else failed(error);
    }
    isRead.value = true;
  };
  onMounted(read);
  return {
    value,
    isRead,
    canClear: calls.erase !== undefined,
    async save(event) {
      event?.preventDefault();
      if (await attempt(() => calls.write(value.value), t().common.saved)) await read();
    },
    async clear() {
      if (calls.erase && (await attempt(calls.erase, t().settings.cleared))) await read();
    },
  };
}

/** The frame of a setting's fields. */
export function settingForm(setting: Setting, hint: string, fields: VNodeChild): VNodeChild {
  const { common, settings } = t();
  if (!setting.isRead.value) return <p class="muted">{common.loading}</p>;
  return (
    <form class="form" onSubmit={(event: Event) => void setting.save(event)}>
      <p class="muted">{hint}</p>
      {fields}
      <div class="buttons">
        <Button type="submit" theme="primary">
          {common.save}
        </Button>
        {setting.canClear ? (
          <Button variant="outline" theme="danger" onClick={() => void setting.clear()}>
            {settings.clear}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
