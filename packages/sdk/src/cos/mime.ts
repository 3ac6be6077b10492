/** Guesses the MIME type of a key by its file name ending. */
let byEnding: Map<string, string> | undefined;

/** The type of a key by its ending, or undefined where that says nothing. */
export function typeOf(key: string): string | undefined {
  const wanted = /\.([a-z0-9]+)$/i.exec(key)?.[1]?.toLowerCase() ?? '';
  // Every file of a batch asks.
  byEnding ??= readTypes();
  return byEnding.get(wanted);
}

/**
 * Types of what people upload, by the end of the key. An application that wants
 * another says so with `ContentType`. A full table would be half of a mini program's bundle.
 * The tables stand in here, because outside bundlers keep them where no key is ever looked up.
 */
function readTypes(): Map<string, string> {
  const office = 'vnd.openxmlformats-officedocument.';
  /** Of each kind the types, each with its endings unless its name is the only one. */
  const types: Readonly<Record<string, string>> = {
    application:
      'gzip=gz,tgz javascript=js,mjs json=json,map msword=doc pdf vnd.android.package-archive=apk vnd.ms-excel=xls ' +
      `vnd.ms-powerpoint=ppt ${office}presentationml.presentation=pptx ${office}spreadsheetml.sheet=xlsx ` +
      `${office}wordprocessingml.document=docx vnd.rar=rar wasm xml zip`,
    audio: 'aac amr mp4=m4a mpeg=mp3 ogg=oga,ogg wav',
    font: 'woff2',
    image: 'avif bmp gif heic jpeg=jpg,jpeg png svg+xml=svg webp x-icon=ico',
    text: 'css csv html=html,htm markdown=md plain=txt,log',
    video: 'mp4=mp4,m4v mpeg=mpeg,mpg quicktime=mov webm x-msvideo=avi',
  };

  const read = new Map<string, string>();
  for (const [kind, list] of Object.entries(types))
    for (const each of list.split(' ')) {
      const [name = '', endings = name] = each.split('=');
      for (const ending of endings.split(',')) read.set(ending, `${kind}/${name}`);
    }
  return read;
}
