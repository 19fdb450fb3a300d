import { Outlet, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { readActivitySearch } from './pages/activity/activity-search';
import { readMapSearch } from './pages/map/map-search';
import { readProjectSearch } from './pages/projects/overview/project-search';
import { readServicePlace } from './pages/projects/services/service-tab';
import { readReleaseSearch } from './pages/releases/release-filter';
import { readServiceSearch } from './pages/services/service-search';
import { readWorkspacePlace } from './pages/workspaces/workspace-tab';
import { authState } from './session/auth';
import { returnPath } from './session/return-path';
import { AppShell } from './shell/app-shell';
import { NotFound, PageFault, Waiting } from './shell/page-states';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const readNext = (search: Record<string, unknown>): { next?: string | undefined } => {
  const next = returnPath(search['next']);
  return { next: next === '/' ? undefined : next };
};

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readNext,
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page'), 'SignInPage'),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  validateSearch: ({ setup }): { setup?: string | undefined } => ({ setup: typeof setup === 'string' ? setup.slice(0, 200) : undefined }),
  component: lazyRouteComponent(() => import('./pages/sign-in/welcome-page'), 'WelcomePage'),
});

const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/new-password',
  component: lazyRouteComponent(() => import('./pages/sign-in/password-page'), 'PasswordPage'),
});

/** Everything that needs somebody who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: AppShell,
  beforeLoad: ({ location }) => {
    const { signedIn, needsSetup } = authState();
    if (signedIn?.mustChangePassword) throw redirect({ to: '/new-password' });
    if (signedIn) return;
    if (needsSetup) throw redirect({ to: '/welcome' });
    throw redirect({ to: '/sign-in', search: readNext({ next: location.href }) });
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/releases' });
  },
});

const releases = createRoute({
  getParentRoute: () => inside,
  path: '/releases',
  validateSearch: readReleaseSearch,
  component: lazyRouteComponent(() => import('./pages/releases/releases-page'), 'ReleasesPage'),
});

const services = createRoute({
  getParentRoute: () => inside,
  path: '/services',
  validateSearch: readServiceSearch,
  component: lazyRouteComponent(() => import('./pages/services/services-page'), 'ServicesPage'),
});

const newService = createRoute({
  getParentRoute: () => inside,
  path: '/services/new',
  validateSearch: ({ project: of }): { project?: string | undefined } => ({ project: typeof of === 'string' ? of.slice(0, 63) : undefined }),
  component: lazyRouteComponent(() => import('./pages/services/service-create-page'), 'ServiceCreatePage'),
});

const newRelease = createRoute({
  getParentRoute: () => inside,
  path: '/releases/new',
  validateSearch: ({ project: of, service: named }): { project?: string | undefined; service?: string | undefined } => ({
    project: typeof of === 'string' ? of.slice(0, 63) : undefined,
    service: typeof named === 'string' ? named.slice(0, 63) : undefined,
  }),
  component: lazyRouteComponent(() => import('./pages/releases/release-create-page'), 'ReleaseCreatePage'),
});

const map = createRoute({
  getParentRoute: () => inside,
  path: '/map',
  validateSearch: readMapSearch,
  component: lazyRouteComponent(() => import('./pages/map/map-page'), 'MapPage'),
});

const projects = createRoute({
  getParentRoute: () => inside,
  path: '/projects',
  validateSearch: readProjectSearch,
  component: lazyRouteComponent(() => import('./pages/projects/overview/projects-page'), 'ProjectsPage'),
});

/** The address of releases in earlier versions. */
const oldRelease = createRoute({
  getParentRoute: () => inside,
  path: '/releases/$project/$release',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/projects/$project/releases/$release', params });
  },
});

const project = createRoute({ getParentRoute: () => inside, path: '/projects/$project' });

const projectHome = createRoute({
  getParentRoute: () => project,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/projects/overview/project-page'), 'ProjectPage'),
});

const projectServices = createRoute({
  getParentRoute: () => project,
  path: '/services',
  validateSearch: readServiceSearch,
  component: lazyRouteComponent(() => import('./pages/services/services-page'), 'ProjectServicesPage'),
});

const service = createRoute({
  getParentRoute: () => project,
  path: '/services/$kind/$name',
  validateSearch: readServicePlace,
  component: lazyRouteComponent(() => import('./pages/projects/services/service-page'), 'ServicePage'),
});

const projectMap = createRoute({
  getParentRoute: () => project,
  path: '/map',
  validateSearch: readMapSearch,
  component: lazyRouteComponent(() => import('./pages/map/map-page'), 'ProjectMapPage'),
});

const configuration = createRoute({
  getParentRoute: () => project,
  path: '/configuration',
  component: lazyRouteComponent(() => import('./pages/projects/configuration/configuration-page'), 'ConfigurationPage'),
});

const configurationObject = createRoute({
  getParentRoute: () => project,
  path: '/configuration/$kind/$name',
  component: lazyRouteComponent(() => import('./pages/projects/configuration/configuration-object'), 'ConfigurationObject'),
});

const applications = createRoute({
  getParentRoute: () => project,
  path: '/applications',
  component: lazyRouteComponent(() => import('./pages/projects/applications/applications-page'), 'ApplicationsPage'),
});

const application = createRoute({
  getParentRoute: () => project,
  path: '/applications/$application',
  component: lazyRouteComponent(() => import('./pages/projects/applications/application-page'), 'ApplicationPage'),
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
  validateSearch: ({ uid }): { uid?: string | undefined } => ({ uid: typeof uid === 'string' && uid !== '' ? uid.slice(0, 63) : undefined }),
  component: lazyRouteComponent(() => import('./pages/projects/releases/release-page'), 'ReleasePage'),
});

const workspaces = createRoute({
  getParentRoute: () => inside,
  path: '/workspaces',
  component: lazyRouteComponent(() => import('./pages/workspaces/workspaces-page'), 'WorkspacesPage'),
});

const workspace = createRoute({
  getParentRoute: () => inside,
  path: '/workspaces/$workspace',
  validateSearch: readWorkspacePlace,
  component: lazyRouteComponent(() => import('./pages/workspaces/workspace-page'), 'WorkspacePage'),
});

const activity = createRoute({
  getParentRoute: () => inside,
  path: '/activity',
  validateSearch: readActivitySearch,
  component: lazyRouteComponent(() => import('./pages/activity/activity-page'), 'ActivityPage'),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page'), 'SettingsPage'),
});

const accounts = createRoute({
  getParentRoute: () => inside,
  path: '/platform/accounts',
  validateSearch: ({ find }): { find?: string | undefined } => ({
    find: typeof find === 'string' && find !== '' ? find.slice(0, 63) : undefined,
  }),
  component: lazyRouteComponent(() => import('./pages/platform/accounts-page'), 'AccountsPage'),
});

const health = createRoute({
  getParentRoute: () => inside,
  path: '/platform/health',
  component: lazyRouteComponent(() => import('./pages/platform/health-page'), 'HealthPage'),
});

const groups = createRoute({
  getParentRoute: () => inside,
  path: '/platform/groups',
  component: lazyRouteComponent(() => import('./pages/platform/groups-page'), 'GroupsPage'),
});

const routeTree = root.addChildren([
  signIn,
  welcome,
  newPassword,
  inside.addChildren([
    home,
    workspaces,
    workspace,
    activity,
    settings,
    accounts,
    groups,
    health,
    releases,
    oldRelease,
    services,
    newService,
    newRelease,
    map,
    projects,
    project.addChildren([projectHome, projectReleases, release, projectServices, service, projectMap, applications, application, configuration, configurationObject]),
  ]),
]);

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
