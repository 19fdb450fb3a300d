import { passedHeaders, planCall } from './plan-call.js';

const say = (method: string, url: string): string => {
  const call = planCall(method, url);
  if (!call) return 'refused';
  const { object: o, verb, scopes, isStream, isRecorded } = call;
  const what = o ? `${o.group || 'core'}/${o.resource}${o.subresource ? `/${o.subresource}` : ''} ${o.namespace ?? '-'} ${o.name ?? '-'}` : 'no object';
  return `${verb} ${what} [${scopes.join(' ')}]${isStream ? ' stream' : ''}${isRecorded ? ' recorded' : ''}`;
};

it.each([
  ['GET', '/api', 'get no object [kubernetes]'],
  ['GET', '/openapi/v3', 'get no object [kubernetes]'],
  ['GET', '/apis/apps/v1', 'get no object [kubernetes]'],
  ['GET', '/api/v1/pods?limit=5', 'list core/pods - - [kubernetes]'],
  ['GET', '/api/v1/namespaces/shop', 'get core/namespaces shop shop [kubernetes]'],
  ['PUT', '/api/v1/namespaces/shop/finalize', 'update core/namespaces/finalize shop shop [kubernetes write] recorded'],
  ['GET', '/api/v1/namespaces/shop/pods?watch=true', 'watch core/pods shop - [kubernetes] stream'],
  ['GET', '/api/v1/watch/namespaces/shop/pods', 'watch core/pods shop - [kubernetes] stream'],
  ['POST', '/apis/apps/v1/namespaces/shop/deployments', 'create apps/deployments shop - [kubernetes write] recorded'],
  ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=kubectl', 'patch apps/deployments shop web [kubernetes write] recorded'],
  ['DELETE', '/api/v1/namespaces/shop/pods', 'deletecollection core/pods shop - [kubernetes write] recorded'],
  ['GET', '/api/v1/namespaces/shop/pods/web/log?follow=true', 'get core/pods/log shop web [kubernetes] stream'],
  ['GET', '/api/v1/namespaces/shop/pods/web/log', 'get core/pods/log shop web [kubernetes]'],
  ['GET', '/api/v1/namespaces/shop/pods/web/exec?command=sh', 'get core/pods/exec shop web [kubernetes terminal] stream recorded'],
  ['POST', '/api/v1/namespaces/shop/pods/web/exec?command=sh', 'create core/pods/exec shop web [kubernetes terminal] stream recorded'],
  ['POST', '/api/v1/namespaces/shop/pods/web/portforward', 'create core/pods/portforward shop web [kubernetes terminal] stream recorded'],
  ['GET', '/api/v1/namespaces/shop/services/web/proxy/metrics', 'get core/services/proxy shop web [kubernetes write] stream recorded'],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'create authorization.k8s.io/selfsubjectaccessreviews - - [kubernetes]'],
  ['POST', '/api/v1/namespaces/shop/serviceaccounts/ci/token', 'create core/serviceaccounts/token shop ci [kubernetes write] recorded'],
  ['GET', '/api/v1/namespaces/shop/pods/..%2F..%2Fsecrets', 'refused'],
  ['GET', '/api/v1/namespaces/%2e%2e/secrets', 'list core/secrets - - [kubernetes]'],
  ['GET', '/api/v1//namespaces/shop/secrets', 'refused'],
  ['GET', '/api/v1/namespaces/shop%ZZ', 'refused'],
  ['CONNECT', '/api/v1/pods', 'refused'],
  ['GET', 'http://elsewhere.example/api/v1/pods', 'refused'],
  ['GET', `/api/v1/pods?${'x'.repeat(20_000)}`, 'refused'],
])('%s %s', (method, url, expected) => expect(say(method, url)).toBe(expected));

it('passes on what the two see as the same path', () => {
  expect(planCall('GET', '/api/v1/namespaces/../secrets')?.target).toBe('/api/v1/secrets');
});

it('lets nobody say who asks', () => {
  const headers = {
    host: 'here',
    authorization: 'Bearer x',
    cookie: 'a=b',
    'impersonate-user': 'system:admin',
    'impersonate-group': 'system:masters',
    'impersonate-extra-scopes': 'all',
    'impersonate-uid': '1',
    'x-remote-user': 'admin',
    'x-forwarded-for': '10.0.0.1',
    connection: 'upgrade',
    upgrade: 'websocket',
    accept: 'application/json',
    'content-type': 'application/yaml',
    'sec-websocket-protocol': 'v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.abc',
  };
  expect(passedHeaders(headers)).toEqual({ accept: 'application/json', 'content-type': 'application/yaml', 'sec-websocket-protocol': 'v5.channel.k8s.io' });
});
