import '../stores/theme.ts';
import '../ui/theme.css';
import './docs.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { DocsPage } from './DocsPage.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('Internal error: the page has no root');
createRoot(root).render(
  <StrictMode>
    <DocsPage />
  </StrictMode>,
);
