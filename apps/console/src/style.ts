/** The design tokens of TDesign, its looks of the components in use, and the console's own. */
import 'tdesign-vue-next/es/style/index.css';
import './console.css';
