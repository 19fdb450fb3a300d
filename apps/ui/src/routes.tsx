import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { readReleaseSearch } from './pages/releases/release-filter';
import { AppShell } from './shell/app-shell';
import { NotFound, PageFault, Waiting } from './shell/page-states';

const root = createRootRoute({ component: AppShell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/releases' });
  },
});

const releases = createRoute({
  getParentRoute: () => root,
  path: '/releases',
  validateSearch: readReleaseSearch,
  component: lazyRouteComponent(() => import('./pages/releases/releases-page'), 'ReleasesPage'),
});

/** The address of releases in earlier versions. */
const oldRelease = createRoute({
  getParentRoute: () => root,
  path: '/releases/$project/$release',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/projects/$project/releases/$release', params });
  },
});

const project = createRoute({ getParentRoute: () => root, path: '/projects/$project' });

const projectHome = createRoute({
  getParentRoute: () => project,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/projects/$project/releases', params });
  },
});

const projectReleases = createRoute({
  getParentRoute: () => project,
  path: '/releases',
  validateSearch: readReleaseSearch,
  component: lazyRouteComponent(() => import('./pages/releases/releases-page'), 'ProjectReleasesPage'),
});

const release = createRoute({
  getParentRoute: () => project,
  path: '/releases/$release',
  component: lazyRouteComponent(() => import('./pages/projects/releases/release-page'), 'ReleasePage'),
});

const routeTree = root.addChildren([home, releases, oldRelease, project.addChildren([projectHome, projectReleases, release])]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingComponent: Waiting,
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
