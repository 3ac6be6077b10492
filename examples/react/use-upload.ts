import { useEffect, useRef, useState } from 'react';
import type COS from '@sampan/sdk';

type State = COS.Task['state'] | 'idle';
interface Shown {
  state: State;
  percent: number;
  url?: string;
  error?: Error;
}

/** One upload at a time: what to show of it, and what can be done with it. Leaving the page cancels it. */
export function useUpload(cos: COS) {
  const task = useRef<COS.UploadTask | null>(null);
  const [shown, setShown] = useState<Shown>({ state: 'idle', percent: 0 });

  /** Shows changes of a task while it is the one on the page. */
  const show = (of: COS.UploadTask, change: Partial<Shown>) => {
    if (task.current === of) setShown((before) => ({ ...before, ...change }));
  };
  const follow = (of: COS.UploadTask) => {
    of.done.then(
      ({ Url }) => show(of, { url: Url, error: undefined }),
      (error: Error) => show(of, { error }),
    );
  };
  const start = (params: COS.UploadFileParams) => {
    void task.current?.cancel();
    const started = (task.current = cos.upload(params));
    setShown({ state: started.state, percent: 0 });
    started.on('state', (state) => show(started, { state }));
    started.on('progress', ({ percent }) => show(started, { percent }));
    follow(started);
  };
  const resume = () => {
    if (!task.current) return;
    task.current.resume();
    // A task that failed has a new outcome now.
    follow(task.current);
  };
  useEffect(() => () => void task.current?.cancel(), []);
  return {
    ...shown,
    start,
    resume,
    pause: () => task.current?.pause(),
    cancel: () => task.current?.cancel(),
  };
}
