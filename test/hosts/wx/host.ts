import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { NETWORK_FAILURE, networkFailure } from './failures.ts';
import { chooseApi } from './choose.ts';
import type { Picked, PickerHand } from './choose.ts';
import type { FileAccess, FileCall, FileFault, FileLimits, FileUsage } from './file-access.ts';
import { fileSystemApi } from './file-system.ts';
import { createFileShelf } from './files.ts';
import type { FileContent } from './files.ts';
import { createEvents, lifecycleApi } from './lifecycle.ts';
import type { NetworkType, Radio } from './lifecycle.ts';
import { createNetwork } from './network.ts';
import type { NetworkCall, NetworkFault, Traffic } from './network.ts';
import { startProcess } from './process.ts';
import type { AppProcess } from './process.ts';
import { requestApi } from './request.ts';
import { createStorageShelf, storageApi } from './storage.ts';
import { systemApi } from './system.ts';
import type { Platform } from './system.ts';
import { uploadFileApi } from './upload-file.ts';
import { SINCE, atLeast, gate } from './version.ts';

/**
 * A WeChat mini program host without WeChat: one device with files, storage and a radio, and on it one mini program that
 * can be hidden, shown, killed and started again. What is simulated, and from which source, is in README.md.
 */

/** Options of `createWxHost`; every default is what a phone does. */
export interface WxHostOptions {
  /** Which server stands for a host: one origin for all (`http://127.0.0.1:9000`), or a choice by host name. */
  readonly route: string | ((host: string) => string | undefined);
  /** Base library version (default 3.8.0). Newer APIs are absent. */
  readonly sdkVersion?: string;
  /** Whose failure texts to use (default android). */
  readonly platform?: Platform;
  readonly appId?: string;
  /** Time (default the machine's). */
  readonly clock?: Clock;
  /** Adds the undocumented `header` to the result of wx.uploadFile (default false). */
  readonly legacyHeader?: boolean;
  /** Lets http:// addresses through (default false). */
  readonly allowHttp?: boolean;
  /** Hosts on the program's lists (default: no check). */
  readonly domains?: { readonly request?: readonly string[]; readonly uploadFile?: readonly string[] };
  /** Keeps the script running in the background, as a program with background audio may (default false). */
  readonly runsInBackground?: boolean;
  /** Exchanges at once (default 10). */
  readonly maxInFlight?: number;
  /** Largest file for wx.uploadFile, in bytes (default 10 MiB). */
  readonly uploadFileLimit?: number;
  readonly fileLimits?: Partial<FileLimits>;
  readonly storageLimits?: { readonly entryLimit?: number; readonly totalLimit?: number };
}

/** Hooks a test may set at any time. */
export interface Faults {
  network: ((call: NetworkCall) => NetworkFault) | undefined;
  file: ((call: FileCall) => FileFault) | undefined;
}

/** Milliseconds that unfinished requests and the script have after the program went to the background. */
export const BACKGROUND_GRACE_MS = 5000;

const DEFAULT_FILE_LIMITS: FileLimits = {
  readFile: 100 * 1024 * 1024,
  userFiles: 200 * 1024 * 1024,
  openFiles: 1024,
};

/** A simulated device with one mini program. */
export type WxHost = ReturnType<typeof createWxHost>;

/** The `wx` object of a simulated program. */
export type SimulatedWx = ReturnType<typeof bootProgram>['wx'];

/** Creates a device and starts its mini program. */
export function createWxHost(options: WxHostOptions) {
  const clock = options.clock ?? systemClock;
  const files = createFileShelf(clock);
  const storage = createStorageShelf(options.storageLimits);
  const radio: Radio = { networkType: 'wifi', weak: false };
  const faults: Faults = { network: undefined, file: undefined };
  const traffic: Traffic = {
    inFlight: 0,
    inFlightPeak: 0,
    queuedPeak: 0,
    bytesSent: 0,
    bytesReceived: 0,
    calls: [],
  };
  const usage: FileUsage = { reads: 0, bytesRead: 0, largestRead: 0, openFiles: 0 };
  const hand: PickerHand = [];
  const device: Device = { options, clock, files, storage, radio, faults, traffic, usage, hand };
  let program = bootProgram(device);
  let graceTimer: unknown;
  let visible = true;

  return {
    /** The global `wx` of the program that runs now. */
    get wx() {
      return program.wx;
    },
    /** The run of the program: its errors, its timers, its end. */
    get process(): AppProcess {
      return program.app;
    },
    clock,
    faults,
    traffic,
    fileUsage: usage,
    storage,
    /** Puts a file on the device and answers its path. */
    addFile: (content: Uint8Array | FileContent, path?: string): string => files.add(content, path),
    /** Says what the user picks in the next picker that the program opens; calls add up. */
    pick: (picked: readonly Picked[]): void => void hand.push(picked),
    replaceFile: files.replace,
    touchFile: files.touch,
    removeFile: files.remove,
    hasFile: (path: string): boolean => files.entries.has(path),
    /** Sends the program to the background: 5 s later its requests fail and its script stops. */
    hide(): void {
      if (!visible) return;
      visible = false;
      program.events.hide.emit({ reason: 3 });
      const { app, network } = program;
      graceTimer = clock.setTimeout(() => {
        network.closed = true;
        network.failAll(NETWORK_FAILURE.interrupted);
        // The failures above are still heard; whatever comes later waits for the foreground.
        setImmediate(() => {
          if (!options.runsInBackground && !visible) app.suspend();
        });
      }, BACKGROUND_GRACE_MS);
    },
    /** Brings the program back to the foreground; what it missed is delivered first. */
    show(): void {
      if (visible) return;
      visible = true;
      clock.clearTimeout(graceTimer);
      program.network.closed = false;
      program.app.resume();
      program.events.show.emit({ path: 'pages/index/index', query: {}, scene: 1001 });
    },
    /** Changes the network; losing it breaks what is under way. */
    setNetwork(networkType: NetworkType): void {
      if (radio.networkType === networkType) return;
      radio.networkType = networkType;
      program.events.network.emit({ isConnected: networkType !== 'none', networkType });
      if (networkType === 'none')
        program.network.failAll(networkFailure(options.platform ?? 'android', 'changed'));
    },
    setWeakNetwork(weakNet: boolean): void {
      radio.weak = weakNet;
      program.events.weakNetwork.emit({ weakNet, networkType: radio.networkType });
    },
    /** Ends the program without telling it: connections break, no callback is ever called. */
    killApp(): void {
      clock.clearTimeout(graceTimer);
      program.app.kill();
    },
    /** Starts the program anew on the same device; temporary files may be gone by then. */
    restart({ keepTemporaryFiles = true }: { keepTemporaryFiles?: boolean } = {}): void {
      this.killApp();
      if (!keepTemporaryFiles) files.removeTemporary();
      visible = true;
      program = bootProgram(device);
    },
  };
}

interface Device {
  readonly options: WxHostOptions;
  readonly clock: Clock;
  readonly files: ReturnType<typeof createFileShelf>;
  readonly storage: ReturnType<typeof createStorageShelf>;
  readonly radio: Radio;
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly usage: FileUsage;
  readonly hand: PickerHand;
}

function bootProgram(device: Device) {
  const { options, radio, faults, files, usage } = device;
  const { sdkVersion = '3.8.0', platform = 'android', appId = 'wx0000000000000000' } = options;
  const promises = atLeast(sdkVersion, SINCE.promises);
  const app = startProcess(device.clock);
  const events = createEvents(app);
  const { route } = options;
  const network = createNetwork({
    app,
    radio,
    platform,
    traffic: device.traffic,
    maxInFlight: options.maxInFlight ?? 10,
    route: typeof route === 'string' ? () => route : route,
    fault: (call) => faults.network?.(call),
  });
  const access: FileAccess = {
    app,
    files,
    usage,
    limits: { ...DEFAULT_FILE_LIMITS, ...options.fileLimits },
    whenReady(call, settle, go) {
      const fault = faults.file?.(call);
      if (fault === 'drop') return;
      if (fault === undefined) app.deliver(go);
      else if ('delayMs' in fault) app.setTimeout(go, fault.delayMs);
      else settle.fail({ reason: ` ${fault.reason}`, errno: fault.errCode, errCode: fault.errCode });
    },
    take(content, position, length) {
      usage.reads += 1;
      usage.bytesRead += length;
      usage.largestRead = Math.max(usage.largestRead, length);
      return content.read(position, length);
    },
  };
  const web = {
    app,
    network,
    sdkVersion,
    appId,
    allowHttp: options.allowHttp ?? false,
    domains: options.domains ?? {},
  };
  const fileSystem = gate('fileSystem', sdkVersion, fileSystemApi(access, sdkVersion));
  const known = (schema: string): boolean => {
    const [api = '', member = ''] = schema.split('.');
    if (api === 'FileSystemManager') return member in fileSystem;
    return api in wx;
  };
  const all = {
    request: requestApi(web),
    uploadFile: uploadFileApi({
      ...web,
      access,
      limitBytes: options.uploadFileLimit ?? 10 * 1024 * 1024,
      legacyHeader: options.legacyHeader ?? false,
    }),
    getFileSystemManager: () => fileSystem,
    ...chooseApi(app, files, device.hand, promises),
    ...storageApi(app, device.storage, promises),
    ...lifecycleApi(app, events, radio, promises),
    ...systemApi(app, { sdkVersion, platform, appId }, promises, known),
  };
  const wx: typeof all = gate('wx', sdkVersion, all);
  return { app, wx, events, network };
}
