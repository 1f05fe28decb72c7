import { expect, it } from 'vitest';
import {
  clientProblem,
  endpointNameProblem,
  headerProblem,
  managementGroupsProblem,
  staleProblem,
  subscriptionsProblem,
  tenantProblem,
  urlProblem,
} from './checks';

it('subscriptions are GUIDs', () => {
  expect(
    subscriptionsProblem(['9e223dbe-3399-4e19-88eb-0975f02ac87f', '9E223DBE-3399-4E19-88EB-0975F02AC87F']),
  ).toBeUndefined();
  expect(subscriptionsProblem(['9e223dbe-3399-4e19-88eb-0975f02ac87f', 'Production'])).toContain('“Production”');
});

it('management groups have names as Azure allows', () => {
  expect(managementGroupsProblem(['platform', 'Ünit-1_(x).y'])).toBeUndefined();
  expect(managementGroupsProblem(['a b'])).toContain('“a b”');
  expect(managementGroupsProblem(['x'.repeat(91)])).toBeDefined();
});

it('applications are GUIDs, directories GUIDs or domains', () => {
  const guid = '9e223dbe-3399-4e19-88eb-0975f02ac87f';
  expect([clientProblem(guid, true), clientProblem(' ', false), tenantProblem(guid, true)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(tenantProblem('contoso.onmicrosoft.com', true)).toBeUndefined();
  expect(clientProblem('', true)).toContain('needed');
  expect(tenantProblem('', true)).toContain('needed');
  for (const wrong of ['contoso', `${guid}0`, 'a b.com', '-a.com']) {
    expect(tenantProblem(wrong, false), wrong).toContain('GUID');
    expect(clientProblem(wrong, false), wrong).toContain('GUID');
  }
  expect(clientProblem('contoso.com', true)).toContain('GUID');
});

it('headers have names as HTTP allows, once each', () => {
  const endpoint = { name: 'eu', url: '', headers: ['X-A', 'x-a', ''] };
  expect(headerProblem(endpoint, 0, 'X-Scope-OrgID')).toBeUndefined();
  expect(headerProblem(endpoint, 1, 'X-A')).toContain('already');
  for (const wrong of ['', 'a b', 'a:b', 'ä']) {
    expect(headerProblem(endpoint, 2, wrong), wrong).toContain('name of an HTTP header');
  }
  expect(headerProblem({ ...endpoint, auth: 'basic' }, 2, 'authorization')).toContain('sign-in');
  expect(headerProblem(endpoint, 2, 'Authorization')).toBeUndefined();
});

it('endpoints have names of their own', () => {
  const endpoints = [
    { name: 'eu', url: '' },
    { name: 'us', url: '' },
  ];
  expect(endpointNameProblem(endpoints, 1, 'EU ')).toBe('Another endpoint has this name.');
  expect(endpointNameProblem(endpoints, 0, 'eu')).toBeUndefined();
  expect(endpointNameProblem(endpoints, 0, ' ')).toContain('needed');
});

it('URLs are bases, and https where a token of Azure goes', () => {
  for (const url of ['https://p.example.com/a/b', 'http://p:9090', ' http://10.0.0.1:9090/ ']) {
    expect(urlProblem(url, 'none')).toBeUndefined();
  }
  for (const url of ['', 'p.example.com', 'ftp://p', 'https://u:p@h', 'https://h/?q=1', 'https://h/#x', 'https://']) {
    expect(urlProblem(url, undefined), url).toBeDefined();
  }
  expect(urlProblem('http://p.example.com', 'azure')).toContain('https');
  for (const url of ['https://p.example.com', 'http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1']) {
    expect(urlProblem(url, 'azure')).toBeUndefined();
  }
});

it('nothing is dropped before it is renewed', () => {
  expect(staleProblem(60, 30)).toBeDefined();
  expect(staleProblem(30, 30)).toBeUndefined();
});
