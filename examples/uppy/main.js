import Uppy from '@uppy/core';
import Dashboard from '@uppy/dashboard';
import '@uppy/core/css/style.min.css';
import '@uppy/dashboard/css/style.min.css';
import { cos, place } from '../shared/client.js';
import { CosUploader } from './cos-uploader.js';

new Uppy().use(Dashboard, { inline: true, target: '#app' }).use(CosUploader, { cos, ...place });
