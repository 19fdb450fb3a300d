import { RouterProvider } from '@tanstack/react-router';
import { KitProvider } from '@tidegate/ui-kit';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { makeApi } from './api/client';
import { useKitWords } from './i18n/kit-words';
import { startLanguage } from './i18n/language';
import { router } from './routes';
import { readAuth } from './session/auth';

const api = makeApi();

function Console() {
  return (
    <KitProvider words={useKitWords()}>
      <Provider value={api}>
        <RouterProvider router={router} />
      </Provider>
    </KitProvider>
  );
}

await Promise.all([startLanguage(), readAuth()]);
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Console />
  </StrictMode>,
);
