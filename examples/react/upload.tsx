import { cos, place } from '../shared/client.js';
import { useUpload } from './use-upload.ts';

/** Chooses a file and uploads it, with pause, resume and cancel. */
export function Upload() {
  const { state, percent, url, error, start, pause, resume, cancel } = useUpload(cos);
  const isRunning = state === 'waiting' || state === 'checking' || state === 'uploading';

  return (
    <section>
      <label>
        File{' '}
        <input
          type="file"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file) start({ ...place, Key: `uploads/${file.name}`, Body: file });
          }}
        />
      </label>
      <progress value={percent} aria-label="Progress" />
      {isRunning && <button onClick={pause}>Pause</button>}
      {(state === 'paused' || state === 'error') && <button onClick={resume}>Resume</button>}
      {(isRunning || state === 'paused') && <button onClick={cancel}>Cancel</button>}
      <output>{error ? error.message : url ? `Stored: ${url}` : state}</output>
    </section>
  );
}
