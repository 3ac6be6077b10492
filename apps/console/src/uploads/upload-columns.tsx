/** What the list shows of each upload. */
import { CloseIcon, FileIcon, PauseIcon, PlayIcon, RefreshIcon } from 'tdesign-icons-vue-next';
import { bytesText, spanText, speedText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Meter } from '../ui/meter.tsx';
import type { Column } from '../ui/table.tsx';
import * as queue from './queue.ts';
import { isOver, isUnderWay, type Upload } from './upload.ts';

/** `chooseAgain` opens the choice of files for uploads that have lost theirs. */
export function uploadColumns(chooseAgain: () => void): Column<Upload>[] {
  const { uploads: words, common } = t();
  return [
    {
      name: 'name',
      title: common.name,
      width: 'minmax(0, 1.6fr)',
      cell: ({ key, bucket }) => <span title={`${bucket}/${key}`}>{key}</span>,
    },
    {
      name: 'size',
      title: common.size,
      width: '5.5rem',
      isExtra: true,
      isNumber: true,
      cell: ({ size }) => bytesText(size),
    },
    { name: 'state', title: common.state, width: 'minmax(0, 1.2fr)', cell: stateOf },
    {
      name: 'actions',
      title: common.actions,
      width: '5.2rem',
      cell: (upload) => (
        <div class="buttons buttons--tight">
          {steering(upload, chooseAgain)}
          {isOver(upload.state) ? null : (
            <IconButton label={words.cancel} icon={CloseIcon} onPress={() => queue.cancel(upload)} />
          )}
        </div>
      ),
    },
  ];
}

// Plain functions: an upload changes in place, which the properties of a component would not show.
const stateOf = (upload: Upload) => {
  const { uploads: words } = t();
  const { state, size, loaded, speed, reason, key } = upload;
  const part = state === 'success' ? 1 : size === 0 ? 0 : Math.min(1, loaded / size);
  const kind =
    state === 'success' ? 'good' : state === 'error' ? 'bad' : isUnderWay(state) ? undefined : 'still';
  const isMoving = state === 'uploading' && speed > 0;
  return (
    <div class="upload-state">
      <div class="upload-state__words">
        <span title={reason}>
          {reason === '' ? words.states[state] : `${words.states[state]}: ${reason}`}
        </span>
        {isMoving ? <span>{`${speedText(speed)} · ${spanText((size - loaded) / speed)}`}</span> : null}
      </div>
      <Meter label={words.progressOf(key)} part={part} kind={kind} />
    </div>
  );
};

const steering = (upload: Upload, chooseAgain: () => void) => {
  const { uploads: words } = t();
  const { state } = upload;
  if (isUnderWay(state))
    return <IconButton label={words.pause} icon={PauseIcon} onPress={() => queue.pause(upload)} />;
  if (state === 'paused')
    return <IconButton label={words.resume} icon={PlayIcon} onPress={() => queue.resume(upload)} />;
  if (state === 'error')
    return <IconButton label={words.retry} icon={RefreshIcon} onPress={() => queue.resume(upload)} />;
  if (state === 'lost') return <IconButton label={words.choose} icon={FileIcon} onPress={chooseAgain} />;
  return null;
};
