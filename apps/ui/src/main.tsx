import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { type Connection, useConnection } from './api/client';
import { ReleaseList } from './pages/release-list';
import { ReleasePage } from './pages/release/release-page';
import { Heading } from './ui/heading';
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
      history.pushState({ moved: true }, '', link.href);
      update();
      scrollTo(0, 0);
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

const WORDS: Record<Connection, string> = {
  live: 'live',
  away: 'The API does not answer. Trying again; what you see may be old.',
  'signed out': 'You are signed out. Open the address that `tidegate status` prints.',
};

function Console() {
  const path = usePath();
  const connection = useConnection();
  const release = /^\/releases\/([^/]+)\/([^/]+)$/.exec(path);
  return (
    <>
      <header className="top">
        <a href="/" className="brand">
          Tidegate
        </a>
        <span role="status" className={connection === 'live' ? 'quiet' : 'alarm'}>
          {WORDS[connection]}
        </span>
      </header>
      <main>
        {release ? (
          <ReleasePage key={path} namespace={decodeURIComponent(release[1] as string)} name={decodeURIComponent(release[2] as string)} />
        ) : path === '/' ? (
          <ReleaseList />
        ) : (
          <section className="empty">
            <Heading title="No such page">There is no such page</Heading>
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
