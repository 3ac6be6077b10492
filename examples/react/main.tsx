import { createRoot } from 'react-dom/client';
import { Upload } from './upload.tsx';

createRoot(document.getElementById('app')!).render(<Upload />);
