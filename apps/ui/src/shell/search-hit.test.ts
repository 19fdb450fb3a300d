import { pathOfHit } from './search-hit';

const id = (text: string): string => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

it.each([
  { kind: 'Project', name: 'shop', namespace: null, id: id('Project:/shop'), is: '/projects/shop' },
  { kind: 'Release', name: 'web-1', namespace: 'shop', id: id('Release:shop/web-1'), is: '/projects/shop/releases/web-1' },
  { kind: 'KnativeService', name: 'web', namespace: 'shop', id: id('KnativeService:shop/web'), is: '/projects/shop/services/knative/web' },
  { kind: 'Deployment', name: 'web-v1', namespace: 'shop', id: id('Deployment:shop/web-v1'), is: '/projects/shop/services/deployment/web-v1' },
  { kind: 'Pod', name: 'web-0', namespace: 'shop', id: id('Pod:shop/web-0'), is: undefined },
])('$kind: $is', ({ is, ...hit }) => expect(pathOfHit(hit)).toBe(is));
