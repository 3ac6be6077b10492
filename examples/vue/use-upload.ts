import { onUnmounted, reactive } from 'vue';
import type COS from '@sampan/sdk';

interface Shown {
  state: COS.Task['state'] | 'idle';
  percent: number;
  url: string;
  error: string;
}

/** One upload at a time: what to show of it, and what can be done with it. Leaving the page cancels it. */
export function useUpload(cos: COS) {
  let task: COS.UploadTask | undefined;
  const shown = reactive<Shown>({ state: 'idle', percent: 0, url: '', error: '' });

  /** Shows changes of a task while it is the one on the page. */
  const show = (of: COS.UploadTask, change: Partial<Shown>) => {
    if (task === of) Object.assign(shown, change);
  };
  const follow = (of: COS.UploadTask) => {
    of.done.then(
      ({ Url }) => show(of, { url: Url, error: '' }),
      (error: Error) => show(of, { error: error.message }),
    );
  };
  const start = (params: COS.UploadFileParams) => {
    void task?.cancel();
    const started = (task = cos.upload(params));
    Object.assign(shown, { state: started.state, percent: 0, url: '', error: '' });
    started.on('state', (state) => show(started, { state }));
    started.on('progress', ({ percent }) => show(started, { percent }));
    follow(started);
  };
  const resume = () => {
    if (!task) return;
    task.resume();
    // A task that failed has a new outcome now.
    follow(task);
  };
  onUnmounted(() => void task?.cancel());
  return { shown, start, resume, pause: () => task?.pause(), cancel: () => task?.cancel() };
}
