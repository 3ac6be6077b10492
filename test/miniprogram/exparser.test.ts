import { exparserRuntime } from './exparser.ts';
import { testsUnder } from './scenario.ts';

testsUnder('exparser', exparserRuntime, [
  [
    { file: 'pages/upload/upload.wxml', from: 'bind:tap="pauseAll"', to: 'bind:tap="pauseall"' },
    /never: the large file is paused/,
  ],
]);
