import { glassEaselRuntime } from './glass-easel.ts';
import { testsUnder } from './scenario.ts';

testsUnder('glass-easel', glassEaselRuntime, [
  [
    { file: 'pages/upload/upload.wxml', from: '{{total.files}}</text>', to: '{{total.done}}</text>' },
    /never: twelve are done/,
  ],
]);
