import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useConnected } from './api/client';
import { ReleaseList } from './pages/release-list';
import { ReleasePage } from './pages/release/release-page';
import './ui/theme.css';

/** Two places, each a URL: / and /releases/NAMESPACE/NAME. */
function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const update = (): void => setPath(location.pathname);
    const click = (event: MouseEvent): void => {
      const link = (event.target as Element).closest('a');
      if (!link || link.origin !== location.origin || event.metaKey || event.ctrlKey || event.button !== 0) return;
      event.preventDefault();
      history.pushState(null, '', link.href);
      update();
      document.querySelector('h1')?.focus();
    };
    addEventListener('popstate', update);
    addEventListener('click', click);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener('click', click);
    };
  }, []);
  return path;
}

function Console() {
  const path = usePath();
  const connected = useConnected();
  const release = /^\/releases\/([^/]+)\/([^/]+)$/.exec(path);
  return (
    <>
      <header className="top">
        <a href="/" className="brand">
          Tidegate
        </a>
        <span role="status" className={connected ? 'quiet' : 'alarm'}>
          {connected ? 'live' : 'The API does not answer. Trying again; what you see may be old.'}
        </span>
      </header>
      <main>
        {release ? (
          <ReleasePage key={path} namespace={decodeURIComponent(release[1] as string)} name={decodeURIComponent(release[2] as string)} />
        ) : path === '/' ? (
          <ReleaseList />
        ) : (
          <section className="empty">
            <h1 tabIndex={-1}>There is no such page</h1>
            <p>
              <a href="/">All releases</a>
            </p>
          </section>
        )}
      </main>
    </>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Console />
  </StrictMode>,
);
