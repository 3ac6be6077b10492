import { BasePlugin } from '@uppy/core';

/** Uploads Uppy's files to COS by the SDK: in parts, paused and resumed, and continued after a failure. */
export class CosUploader extends BasePlugin {
  #tasks = new Map();

  /** Options: `cos`, `Bucket`, `Region`, and `keyOf(file)`, by default `uploads/` and the name. */
  constructor(uppy, options) {
    super(uppy, { id: 'CosUploader', keyOf: ({ name }) => `uploads/${name}`, ...options });
    this.id = this.opts.id;
    this.type = 'uploader';
  }

  #each = (work) => () => this.#tasks.forEach(work);
  #listeners = {
    'file-removed': ({ id }) => void this.#tasks.get(id)?.cancel(),
    'upload-pause': ({ id }, isPaused) => this.#tasks.get(id)?.[isPaused ? 'pause' : 'resume'](),
    'pause-all': this.#each((task) => task.pause()),
    'resume-all': this.#each((task) => task.resume()),
    'cancel-all': this.#each((task) => void task.cancel()),
  };

  #upload = async (ids) => {
    const files = this.uppy.getFilesByIds(ids);
    this.uppy.emit('upload-start', files);
    await Promise.all(files.map((file) => this.#send(file)));
  };

  async #send({ id, data, ...file }) {
    const { cos, Bucket, Region, keyOf } = this.opts;
    const emit = (event, detail) => {
      const current = this.uppy.getFiles().find((each) => each.id === id);
      if (current) this.uppy.emit(event, current, detail);
    };
    const task = cos.upload({ Bucket, Region, Key: keyOf(file), Body: data });
    this.#tasks.set(id, task);
    const uploadStarted = Date.now();
    task.on('progress', ({ loaded, total }) =>
      emit('upload-progress', { uploadStarted, bytesUploaded: loaded, bytesTotal: total }),
    );
    await task.done.then(
      ({ Url, ETag }) => emit('upload-success', { status: 200, uploadURL: Url, body: { ETag } }),
      (error) => emit('upload-error', error),
    );
    this.#tasks.delete(id);
  }

  install() {
    const { capabilities } = this.uppy.getState();
    this.uppy.setState({ capabilities: { ...capabilities, resumableUploads: true } });
    this.uppy.addUploader(this.#upload);
    for (const [event, listener] of Object.entries(this.#listeners)) this.uppy.on(event, listener);
  }

  uninstall() {
    this.uppy.removeUploader(this.#upload);
    for (const [event, listener] of Object.entries(this.#listeners)) this.uppy.off(event, listener);
  }
}
